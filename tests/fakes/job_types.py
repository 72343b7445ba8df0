"""Job types that do what a test says."""

from collections.abc import Callable
from dataclasses import dataclass, field

import polars as pl

from builders import plan, readings
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

    def plan(self, parameters: BatchJobParameters) -> Plan:
        return self.planned

    def prepare(self, job: BatchJob) -> "FakeJobType":
        return self

    def process(self, chunk: Chunk) -> pl.DataFrame:
        self.before(chunk)
        self.processed.append(chunk.number)
        return readings(chunk.first_session, chunk.items)

    def verify(self, market: str, stored: pl.DataFrame) -> list[CheckResult]:
        return self.checks
