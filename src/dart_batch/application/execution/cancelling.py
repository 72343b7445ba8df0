"""Carries out the verb that waits for a job, with its contract for what was committed."""

from datetime import datetime

from dart_batch.application.ports.unit_of_work import UnitOfWork
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.status import CancelMode, JobStatus


def carry_out(uow: UnitOfWork, job: BatchJob, at: datetime) -> None:
    """Pause or cancel; a cancel with `rollback` takes back everything the job has committed."""
    job.obey(at)
    take_back(uow, job)


def take_back(uow: UnitOfWork, job: BatchJob) -> None:
    """After a cancel with `rollback` nothing of the job is left but its record."""
    if job.status is JobStatus.CANCELLED and job.cancel_mode is CancelMode.ROLLBACK:
        uow.ledger.wipe(job.id)
