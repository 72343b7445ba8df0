"""Job types that do what a test says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

import polars as pl

from builders import plan, readings
from dart_batch.application.job_types.generation import Generation
from dart_batch.application.ports.unit_of_work import ChunkOutcome, UnitOfWork
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.plan import Plan
from dart_batch.engine.definition_file import shipped


@dataclass
class FakeJobType:
    """Readings of 50.0; `before` is called with each chunk first and may raise; `checks` are the verification."""

    planned: Plan = field(default_factory=plan)
    before: Callable[[Chunk], None] = lambda chunk: None
    checks: list[CheckResult] = field(default_factory=list)
    definition: Definition = field(default_factory=lambda: shipped()["kospi"])
    processed: list[int] = field(default_factory=list)
    new_id: Callable[[], str] = field(default_factory=lambda: map("publication-{}".format, count(1)).__next__)

    def plan(self, parameters: BatchJobParameters) -> Plan:
        return self.planned

    def prepare(self, job: BatchJob) -> "FakeWork":
        return FakeWork(self, Generation(job, self.new_id, definition=self.definition))


@dataclass
class FakeWork:
    """What FakeJobType prepares."""

    kind: FakeJobType
    generation: Generation

    def process(self, chunk: Chunk) -> pl.DataFrame:
        self.kind.before(chunk)
        self.kind.processed.append(chunk.number)
        return readings(chunk.first_session, chunk.items)

    def sessions(self, market: str) -> list[date]:
        return [
            chunk.first_session + timedelta(days=offset)
            for chunk in self.kind.planned.chunks
            for offset in range(chunk.items)
            if chunk.market == market
        ]

    def store(self, uow: UnitOfWork, chunk: Chunk, result: pl.DataFrame, at: datetime) -> ChunkOutcome:
        return self.generation.store(uow, chunk, result, at)

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        self.generation.read(uow)
        return self.kind.checks

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        return self.generation.conclude(uow, at)
