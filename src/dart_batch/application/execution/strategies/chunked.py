"""CHUNKED: chunk after chunk, in order."""

from collections.abc import Iterable

from dart_batch.application.execution.chunks import ChunkRunner
from dart_batch.application.ports.clock import StopSignal
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import Stopped


def drive_chunked(runner: ChunkRunner, chunks: Iterable[Chunk], stop: StopSignal) -> None:
    """Run the chunks one by one. Raises Stopped at a chunk boundary when a verb waits or a stop is asked for."""
    for chunk in chunks:
        if stop.is_set():
            raise Stopped("The worker shuts down.")
        waiting = runner.run(chunk, stop)
        if waiting is not None:
            raise Stopped(f"{waiting.value} was asked for.")
