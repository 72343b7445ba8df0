"""A house whose work any strategy can drive."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import polars as pl

from builders import plan, readings
from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.strategies.driving import Driving
from dart_batch.application.job_types.generation import Generation
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.plan import Plan
from fakes.house import KIND, House
from fakes.job_types import FakeJobType, FakeWork


def readings_of(chunk: Chunk) -> pl.DataFrame:
    return readings(chunk.first_session, chunk.items)


class AnyWork(FakeWork):
    """Can be computed elsewhere, and in two stages."""

    def remote(self, stripe: Sequence[Chunk]) -> Callable[[Chunk], pl.DataFrame]:
        return readings_of

    def read(self, chunk: Chunk) -> str:
        return chunk.market

    def compute(self, chunk: Chunk, read: str) -> pl.DataFrame:
        assert read == chunk.market
        return self.process(chunk)

    def piece(self, result: pl.DataFrame, first: int, count: int) -> pl.DataFrame:
        return result.slice(first, count)


class AnyJobType(FakeJobType):
    """Prepares AnyWork."""

    def prepare(self, job: BatchJob) -> AnyWork:
        return AnyWork(self, Generation(job, self.new_id, definition=self.definition))


def six_chunks() -> Plan:
    return plan(chunks=6, items=10)


@dataclass
class StrategyHouse(House):
    """Runs AnyJobType's jobs, by default of six chunks of ten sessions."""

    kind: FakeJobType = field(default_factory=lambda: AnyJobType(six_chunks()))
    driving: Driving = field(default_factory=Driving)

    def runner(self) -> AttemptRunner:
        return AttemptRunner(
            self.uow, {KIND: self.kind}, self.clock, lambda: 0.0, driving=self.driving, watching=self.watching
        )

    def statuses(self) -> list[tuple[str, int]]:
        """Status and number of written sessions of each chunk."""
        return [(chunk.status.value, chunk.written) for chunk in self.chunks()]
