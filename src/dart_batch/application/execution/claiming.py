"""Takes jobs for a worker, one transaction per claim."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile

from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import (
    ERROR,
    INFO,
    WARNING,
    ClaimRules,
    Lease,
    LogEntry,
    UnitOfWork,
    UnitOfWorkFactory,
)
from dart_batch.application.ports.workers import ProcessUsage
from dart_batch.domain.job.batch_job import BatchJob, Failure
from dart_batch.domain.job.status import JobStatus
from dart_batch.domain.job.territory import Territory

LOST_WORKERS = 3
DEFAULT_RULES = ClaimRules()


@dataclass(frozen=True, slots=True)
class Claimer:
    """Claims for one worker. A lease lasts `lease_seconds` unless it is extended.

    A job that took LOST_WORKERS workers down without committing a chunk between them is failed, not handed on.
    """

    uow: UnitOfWorkFactory
    clock: Clock
    worker: str
    lease_seconds: float
    rules: ClaimRules = DEFAULT_RULES

    def claim(self, only: str | None = None) -> BatchJob | None:
        """The most urgent job that may run now, or `only` that one; null when there is none."""
        if only is None:
            return next(iter(self.claim_batch(1)), None)
        with self.uow() as uow:
            if not uow.attempts.claimable(only, self.clock.now(), self.rules):
                return None
            taken = self._take(uow, [uow.jobs.get(only)])
            uow.commit("claim")
        return next(iter(taken), None)

    def claim_batch(self, most: int) -> list[BatchJob]:
        """In one transaction the most urgent job that may run now, and with it up to `most` - 1 that follow in order,
        as long as all of them are brief (see BatchJob.brief) and no two write the same sessions.
        """
        while True:
            with self.uow() as uow:
                now = self.clock.now()
                lost = uow.attempts.expired(now)
                if lost is not None:
                    found = [uow.jobs.get(lost)]
                else:
                    found = _together(uow.attempts.heads(now, self.rules, 1 if self.rules.counted else most))
                if not found:
                    return []
                taken = self._take(uow, found)
                uow.commit("claim")
            if taken:
                return taken

    def waits(self, job_id: str) -> bool:
        """Whether the job still waits for somebody to claim it, and may be claimed."""
        with self.uow() as uow:
            return uow.attempts.waits(job_id, self.clock.now(), self.rules)

    def overtaking(self) -> str | None:
        """Id of a HIGH job that could run now if there were a free slot; null when there is none."""
        with self.uow() as uow:
            return uow.attempts.urgent(self.clock.now(), self.rules)

    def extend(self, held: Sequence[str], usage: ProcessUsage) -> None:
        """Keep this worker's leases of the jobs it really has at hand, and say that it is alive and what it uses."""
        now = self.clock.now()
        with self.uow() as uow:
            uow.attempts.extend(self.worker, held, now + timedelta(seconds=self.lease_seconds))
            uow.workers.beat(self.worker, usage, now)
            uow.commit("heartbeat")

    def _take(self, uow: UnitOfWork, found: list[BatchJob]) -> list[BatchJob]:
        jobs = [job for one in found if (job := self._free(uow, one)) is not None]
        now = self.clock.now()
        for job in jobs:
            job.claim(self.worker, now + timedelta(seconds=self.lease_seconds), now)
            line = f"Attempt {job.attempts} on {self.worker}."
            uow.logs.add(job.id, LogEntry(now, INFO, "started", line, job.fence))
        uow.jobs.save_claims(jobs)
        uow.attempts.opened([Lease(job.id, self.worker, job.fence) for job in jobs], now)
        return jobs

    def _free(self, uow: UnitOfWork, job: BatchJob) -> BatchJob | None:
        """The job, taken over from its worker if it has one; null when it has cost too many workers already."""
        if job.status is not JobStatus.RUNNING:
            return job
        job = self._taken_over(uow, job)
        if job.setbacks <= LOST_WORKERS:
            return job
        self._give_up(uow, job)
        return None

    def _taken_over(self, uow: UnitOfWork, job: BatchJob) -> BatchJob:
        now, before = self.clock.now(), job.worker or ""
        message = f"Taken over from {before}, which stopped answering."
        uow.attempts.closed([Lease(job.id, before, job.fence)], "worker-lost", message, now)
        uow.logs.add(job.id, LogEntry(now, WARNING, "takeover", message, job.fence))
        uow.ledger.reopen(job.id)
        job = uow.jobs.get(job.id)
        job.setbacks += 1
        return job

    def _give_up(self, uow: UnitOfWork, job: BatchJob) -> None:
        chunk = next(iter(uow.ledger.open(job.id)), None)
        where = f"at chunk {chunk.number} " if chunk else ""
        failure = Failure("worker-lost", f"{job.setbacks} workers were lost {where}one after the other.")
        job.fail(failure, self.clock.now())
        uow.jobs.save(job)
        uow.logs.add(job.id, LogEntry(self.clock.now(), ERROR, "failed", failure.message, job.fence))


def _together(heads: list[BatchJob]) -> list[BatchJob]:
    """The first job, and of the unbroken row of brief jobs behind it those that write other sessions."""
    if not heads or not heads[0].brief:
        return heads[:1]
    territory = Territory()
    return [job for job in takewhile(lambda job: job.brief, heads) if territory.take(job.targets)]
