"""Takes jobs for a worker, one transaction per claim."""

from dataclasses import dataclass
from datetime import timedelta

from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import INFO, WARNING, Lease, LogEntry, UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.status import JobStatus


@dataclass(frozen=True, slots=True)
class Claimer:
    """Claims for one worker. A lease lasts `lease_seconds` unless it is extended."""

    uow: UnitOfWorkFactory
    clock: Clock
    worker: str
    lease_seconds: float

    def claim(self, only: str | None = None) -> BatchJob | None:
        """The most urgent job that may run now, or `only` that one; null when there is none."""
        now = self.clock.now()
        with self.uow() as uow:
            job_id = uow.attempts.claimable(now, only)
            if job_id is None:
                return None
            job = self._take(uow, uow.jobs.get(job_id))
            uow.commit("claim")
        return job

    def extend(self) -> None:
        """Keep the leases of everything this worker runs, and say that it is alive."""
        now = self.clock.now()
        with self.uow() as uow:
            uow.attempts.extend(self.worker, now + timedelta(seconds=self.lease_seconds))
            uow.workers.beat(self.worker, now)
            uow.commit("heartbeat")

    def _take(self, uow: UnitOfWork, job: BatchJob) -> BatchJob:
        now = self.clock.now()
        before = job.worker if job.status is JobStatus.RUNNING else None
        if before:
            uow.attempts.closed(Lease(job.id, before, job.fence), "worker-lost", f"{before} stopped answering.", now)
            message = f"Taken over from {before}, which stopped answering."
            uow.logs.add(job.id, LogEntry(now, WARNING, "takeover", message, job.fence))
            uow.ledger.reopen(job.id)
            job = uow.jobs.get(job.id)
        job.claim(self.worker, now + timedelta(seconds=self.lease_seconds), now)
        uow.jobs.save(job)
        uow.attempts.opened(Lease(job.id, self.worker, job.fence), now)
        uow.logs.add(job.id, LogEntry(now, INFO, "started", f"Attempt {job.attempts} on {self.worker}.", job.fence))
        return job
