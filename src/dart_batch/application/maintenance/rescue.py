"""Frees jobs whose worker is dead or does not obey, so that nothing stays stuck."""

from dataclasses import dataclass
from datetime import timedelta

from dart_batch.application.execution.cancelling import carry_out
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import WARNING, LogEntry, UnitOfWorkFactory
from dart_batch.application.ports.workers import Processes


@dataclass(frozen=True, slots=True)
class Rescuer:
    """Any worker can be it; each step is one transaction, so that several at once do no harm."""

    uow: UnitOfWorkFactory
    processes: Processes
    clock: Clock
    grace_seconds: float

    def rescue(self) -> int:
        """Both duties; answers how many jobs were freed."""
        return self.free_from_the_dead() + self.revoke_from_the_deaf()

    def free_from_the_dead(self) -> int:
        """End the leases of dead workers of this machine, so that the next claim takes their jobs at once.

        A worker elsewhere is never judged: its jobs become claimable when their leases run out.
        """
        now = self.clock.now()
        with self.uow() as uow:
            dead = [worker for worker in uow.workers.holding() if self.processes.is_dead(worker)]
            freed = sum(uow.attempts.expire(worker.id, now) for worker in dead)
            for worker in dead:
                uow.workers.leave(worker.id, now)
            if dead:
                uow.commit("rescue")
        return freed

    def revoke_from_the_deaf(self) -> int:
        """Cancel jobs whose worker did not obey within the grace period: its fence is refused from then on, and its
        process is killed when it is one of this machine that does nothing but work.
        """
        now = self.clock.now()
        workers = []
        with self.uow() as uow:
            deaf = uow.attempts.disobeying(now - timedelta(seconds=self.grace_seconds))
            for job_id in deaf:
                job = uow.jobs.get(job_id)
                workers.append(uow.workers.named(job.worker or ""))
                message = f"{job.worker} did not obey within {self.grace_seconds:g} s; its lease is revoked."
                uow.logs.add(job_id, LogEntry(now, WARNING, "revoked", message, job.fence))
                carry_out(uow, job, now)
                uow.jobs.save(job)
            if deaf:
                uow.commit("revoke")
        for worker in {worker for worker in workers if worker is not None}:
            self.processes.kill(worker)
        return len(deaf)
