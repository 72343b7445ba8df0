"""Where jobs are kept, as the domain sees it."""

from collections.abc import Sequence
from typing import Protocol

from dart_batch.domain.job.batch_job import BatchJob


class BatchJobRepository(Protocol):
    """Jobs by id. Writes take part in the caller's transaction."""

    def add(self, *new: BatchJob) -> None:
        """Store new jobs."""
        ...

    def get(self, job_id: str) -> BatchJob:
        """Raises JobNotFound."""
        ...

    def save(self, job: BatchJob) -> None:
        """Store the job's state. Raises ConcurrentChange when another process saved it since it was read."""
        ...

    def save_claims(self, claimed: Sequence[BatchJob]) -> None:
        """As `save`, for jobs of which nothing but their `claim` has changed."""
        ...

    def save_ended(self, ended: Sequence[BatchJob]) -> None:
        """As `save`, for jobs of which nothing has changed but the verification and what `count` and `complete` change:
        also the counters of sessions and chunks, which else only the ledger moves.
        """
        ...

    def active_twins(self, identities: Sequence[str]) -> dict[str, str]:
        """Those of the identities that a job has which is not finished, each with the id of such a job."""
        ...

    def known(self, job_ids: Sequence[str]) -> list[str]:
        """Those of the ids that a job has."""
        ...

    def waiting(self) -> int:
        """Number of jobs that are PENDING, QUEUED or PAUSED."""
        ...
