"""What a type of job has to provide."""

from datetime import date
from typing import Protocol

import polars as pl

from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.plan import Plan
from dart_batch.engine.lineage import Lineage


class Work(Protocol):
    """A job made ready to run: pinned definition and data revision."""

    definition: Definition

    def process(self, chunk: Chunk) -> pl.DataFrame:
        """Readings of the chunk's sessions (engine READING_SCHEMA). Depends on nothing but the job and the chunk."""
        ...

    def verify(self, market: str, stored: pl.DataFrame) -> list[CheckResult]:
        """Check what is stored for a market against the job's validation level."""
        ...

    def explain(self, market: str, session: date) -> Lineage:
        """The observations that the job's reading of one session came from."""
        ...


class JobType(Protocol):
    """Plans and prepares jobs of one type."""

    def plan(self, parameters: BatchJobParameters) -> Plan:
        """What a job with these parameters would do now. Changes nothing."""
        ...

    def prepare(self, job: BatchJob) -> Work:
        """Load what the job was planned with."""
        ...
