"""CHUNKED: chunk after chunk, in order."""

from collections.abc import Iterable

from dart_batch.application.execution.chunks import ChunkRunner
from dart_batch.application.execution.halting import Halt
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import Stopped


def drive_chunked(runner: ChunkRunner, chunks: Iterable[Chunk], halt: Halt) -> None:
    """Run the chunks one by one. Raises Stopped at a chunk boundary when a verb waits or a stop is asked for."""
    for chunk in chunks:
        if halt.is_set():
            raise Stopped(halt.reason)
        waiting = runner.run(chunk, halt)
        if waiting is not None:
            raise Stopped(f"{waiting.value} was asked for.")
