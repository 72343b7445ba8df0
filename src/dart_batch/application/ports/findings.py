"""What validations found, as the application keeps it."""

from typing import Protocol

import polars as pl

from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk

MOST_KEPT = 5_000


class Findings(Protocol):
    """Findings by job: rows up to MOST_KEPT of each check, and counts of all."""

    def add(self, job_id: str, chunk: Chunk, findings: pl.DataFrame, tally: pl.DataFrame) -> None:
        """Store what a chunk, or a part of it, came to: `findings` with engine FINDINGS, severity and reading_job_id,
        `tally` with TALLY. Of a check that has found much already only the counts are kept.
        """
        ...

    def results(self, job_id: str) -> list[CheckResult]:
        """What each check came to over all chunks, by code; with a few of the sessions it objects to."""
        ...

    def run_before(self, job: BatchJob) -> BatchJob | None:
        """The newest job that ended before this one was created, and validated the live index of the same market and
        name; null when there is none.
        """
        ...
