"""Take a migration back."""

from dataclasses import dataclass

from dart_batch.application.job_types.data_migration import DataMigration
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import INFO, LogEntry, UnitOfWorkFactory
from dart_batch.domain.access.actor import Actor
from dart_batch.domain.access.audit import Act
from dart_batch.domain.job.migration_errors import NotReversible
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.status import JobStatus


@dataclass(frozen=True, slots=True)
class ReverseMigration:
    """Callable use case; one transaction here."""

    uow: UnitOfWorkFactory
    clock: Clock
    migration: DataMigration

    def __call__(self, job_id: str, by: Actor) -> str:
        """Undo what the job's migration did, as far as it has a way back; answers a sentence about it.

        Raises JobNotFound, NotOwner, NotReversible, and what the way back refuses.
        """
        now = self.clock.now()
        with self.uow() as uow:
            job = uow.jobs.get(job_id)
            if job.type is not JobType.DATA_MIGRATION:
                raise NotReversible(f"Job {job_id} is of type {job.type}.", hint="Only migrations are reversed.")
            if job.status in (JobStatus.RUNNING, JobStatus.QUEUED):
                raise NotReversible(f"Migration {job_id} is {job.status}.", hint="Pause or cancel it first.")
            by.refuse_foreign(job_id, job.owner)
            said = self.migration.reverse(uow, job, by.name, now)
            uow.logs.add(job.id, LogEntry(now, INFO, "reversed", f"{said} By {by.name}.", job.fence))
            uow.audit.record(Act(now, by, "migration.reverse", job.id, after={"said": said}))
            uow.commit("reverse")
        return said
