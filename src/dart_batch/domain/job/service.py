"""Rules that span more than one job."""

from collections.abc import Sequence

from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import DuplicateJob, QueueFull
from dart_batch.domain.job.repository import BatchJobRepository


class BatchJobService:
    """Admission of jobs."""

    def __init__(self, jobs: BatchJobRepository, queue_capacity: int) -> None:
        self._jobs = jobs
        self._capacity = queue_capacity

    def admit(self, jobs: Sequence[BatchJob]) -> None:
        """Store the jobs, or raise QueueFull or DuplicateJob; the caller's transaction then stores none."""
        waiting = self._jobs.waiting()
        if waiting + len(jobs) > self._capacity:
            raise QueueFull(_full(waiting, len(jobs), self._capacity), capacity=self._capacity)
        twins = self._jobs.active_twins([job.identity for job in jobs])
        for job in jobs:
            twin = twins.setdefault(job.identity, job.id)
            if twin != job.id:
                raise DuplicateJob(f"Job {twin} already does exactly this.", job_id=twin)
        self._jobs.add(*jobs)


def _full(waiting: int, new: int, capacity: int) -> str:
    if waiting >= capacity:
        return f"The queue is full: {waiting} jobs are waiting."
    return f"The queue has room for {capacity - waiting} more jobs, not for {new}."
