"""Which strategy drives the chunks of a job."""

from collections.abc import Sequence
from dataclasses import dataclass

from dart_batch.application.execution.chunks import ChunkRunner
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.strategies.asking import Spreading
from dart_batch.application.execution.strategies.chunked import drive_chunked
from dart_batch.application.execution.strategies.parallel import drive_parallel
from dart_batch.application.execution.strategies.stream import MicroBatch, drive_stream
from dart_batch.application.ports.process_pool import ProcessPool
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.strategy import Strategy

SMALL = MicroBatch()


@dataclass(frozen=True, slots=True)
class Driving:
    """What the strategies of one worker share. Without a pool PARALLEL jobs run CHUNKED, and without `spreading` only
    processes of this machine compute for them.
    """

    pool: ProcessPool | None = None
    batch: MicroBatch = SMALL
    spreading: Spreading | None = None

    def drive(self, strategy: Strategy, runner: ChunkRunner, chunks: Sequence[Chunk], halt: Halt) -> None:
        """Commit all the chunks. Raises Stopped at a safe point when a verb waits or a stop is asked for, and what
        ends the attempt.
        """
        if strategy is Strategy.PARALLEL and self.pool is not None:
            drive_parallel(runner, chunks, halt, self.pool, self.spreading)
        elif strategy is Strategy.STREAM:
            drive_stream(runner, chunks, halt, self.batch)
        else:
            drive_chunked(runner, chunks, halt)
