"""Rules that span more than one job."""

from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import DuplicateJob, QueueFull
from dart_batch.domain.job.repository import BatchJobRepository


class BatchJobService:
    """Admission of jobs."""

    def __init__(self, jobs: BatchJobRepository, queue_capacity: int) -> None:
        self._jobs = jobs
        self._capacity = queue_capacity

    def admit(self, job: BatchJob) -> None:
        """Store the job, or raise QueueFull or DuplicateJob and store nothing."""
        if self._jobs.waiting() >= self._capacity:
            raise QueueFull(f"The queue is full: {self._capacity} jobs are waiting.", capacity=self._capacity)
        twin = self._jobs.active_twin(job.identity)
        if twin is not None:
            raise DuplicateJob(f"Job {twin} already does exactly this.", job_id=twin)
        self._jobs.add(job)
