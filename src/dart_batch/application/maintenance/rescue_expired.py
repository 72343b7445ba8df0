"""Frees jobs whose worker is known to be dead, so that the next claim takes them at once."""

from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import UnitOfWorkFactory
from dart_batch.application.ports.workers import Processes


def rescue_dead(uow: UnitOfWorkFactory, processes: Processes, clock: Clock) -> int:
    """End the leases of dead workers of this machine; answers how many jobs that freed.

    A worker elsewhere is never judged: its jobs become claimable when their leases run out.
    """
    now = clock.now()
    with uow() as work:
        dead = [worker for worker in work.workers.holding() if processes.is_dead(worker)]
        freed = sum(work.attempts.expire(worker.id, now) for worker in dead)
        for worker in dead:
            work.workers.leave(worker.id, now)
        if dead:
            work.commit("rescue")
    return freed
