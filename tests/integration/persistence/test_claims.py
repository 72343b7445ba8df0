"""Claiming, leases and rescue on a real database, with truly concurrent claimers."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import psutil
import pytest
import sqlalchemy as sa

from builders import NOW, job, plan
from dart_batch.adapters.host.processes import HostProcesses
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.maintenance.rescue import Rescuer
from dart_batch.application.ports.workers import ProcessUsage, WorkerIdentity
from dart_batch.application.use_cases.control_job import ControlJob
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import JobStatus, Verb
from fakes.clock import FakeClock

Uow = Callable[[], SqlUnitOfWork]
Sleeper = subprocess.Popen[bytes]


def queued(uow: Uow, job_id: str, priority: Priority = Priority.NORMAL) -> None:
    it = job(JobStatus.QUEUED, job_id)
    it.priority, it.identity, it.plan["index"] = priority, job_id, job_id
    with uow() as work:
        work.jobs.add(it)
        work.ledger.add({job_id: plan().chunks})
        work.commit("test")


def claimer(uow: Uow, worker: str = "worker-1", clock: FakeClock | None = None) -> Claimer:
    return Claimer(uow, clock or FakeClock(NOW), worker, lease_seconds=10)


def test_urgent_jobs_are_claimed_first_and_equals_in_order_of_queueing(uow: Uow) -> None:
    for job_id, priority in [("a", Priority.LOW), ("b", Priority.NORMAL), ("c", Priority.HIGH), ("d", Priority.HIGH)]:
        queued(uow, job_id, priority)

    order = [claimed.id for _ in range(4) if (claimed := claimer(uow).claim())]

    assert order == ["c", "d", "b", "a"]


def test_an_empty_queue_gives_nothing(uow: Uow) -> None:
    assert claimer(uow).claim() is None


def test_sixteen_claimers_at_once_never_get_the_same_job(uow: Uow) -> None:
    for number in range(20):
        queued(uow, f"job-{number:02}")

    def drain(worker: int) -> list[str]:
        mine = claimer(uow, f"worker-{worker}")
        return [claimed.id for _ in range(20) if (claimed := mine.claim())]

    with ThreadPoolExecutor(16) as pool:
        taken = [job_id for batch in pool.map(drain, range(16)) for job_id in batch]

    assert sorted(taken) == [f"job-{number:02}" for number in range(20)]


def test_a_running_job_is_left_alone_while_its_lease_is_fresh(uow: Uow) -> None:
    clock = FakeClock(NOW)
    queued(uow, "a")
    claimer(uow, "worker-1", clock).claim()
    clock.advance(9)

    assert claimer(uow, "worker-2", clock).claim() is None


def test_a_lease_that_ran_out_is_taken_over_under_a_higher_fence(uow: Uow) -> None:
    clock = FakeClock(NOW)
    queued(uow, "a")
    first = claimer(uow, "worker-1", clock).claim()
    clock.advance(11)

    second = claimer(uow, "worker-2", clock).claim()

    assert first is not None
    assert second is not None
    assert (second.worker, second.fence) == ("worker-2", first.fence + 1)


def test_a_heartbeat_keeps_the_lease(uow: Uow) -> None:
    clock = FakeClock(NOW)
    queued(uow, "a")
    mine = claimer(uow, "worker-1", clock)
    mine.claim()
    clock.advance(9)
    mine.extend(["a"], ProcessUsage(0.0, 0))
    clock.advance(9)

    assert claimer(uow, "worker-2", clock).claim() is None


def test_a_heartbeat_does_not_keep_a_lease_that_the_worker_has_forgotten(uow: Uow) -> None:
    clock = FakeClock(NOW)
    queued(uow, "a")
    mine = claimer(uow, "worker-1", clock)
    mine.claim()
    clock.advance(9)
    mine.extend([], ProcessUsage(0.0, 0))
    clock.advance(9)

    assert claimer(uow, "worker-2", clock).claim() is not None


def test_only_the_named_job_is_claimed_when_one_is_named(uow: Uow) -> None:
    queued(uow, "a", Priority.HIGH)
    queued(uow, "b", Priority.LOW)

    claimed = claimer(uow).claim("b")

    assert claimed is not None
    assert claimed.id == "b"


@pytest.mark.parametrize(("pid_shift", "boot", "freed"), [(0.0, "same", 0), (100.0, "same", 1), (0.0, "other", 1)])
def test_a_worker_is_dead_when_its_process_or_its_boot_is_gone(
    uow: Uow, pid_shift: float, boot: str, freed: int
) -> None:
    processes, clock = HostProcesses(), FakeClock(NOW)
    me = processes.identity()
    boot_id = me.boot_id if boot == "same" else "an-earlier-boot"
    holder = WorkerIdentity("holder", me.host, boot_id, me.pid, me.pid_started - pid_shift)
    held_by(uow, holder, clock)

    assert Rescuer(uow, processes, clock, 30).rescue() == freed


def test_a_worker_of_another_host_is_never_judged(uow: Uow) -> None:
    clock = FakeClock(NOW)
    held_by(uow, WorkerIdentity("holder", "elsewhere", "its-boot", 1, 0.0), clock)

    assert Rescuer(uow, HostProcesses(), clock, 30).rescue() == 0


def test_a_freed_job_is_claimed_at_once(uow: Uow) -> None:
    processes, clock = HostProcesses(), FakeClock(NOW)
    me = processes.identity()
    held_by(uow, WorkerIdentity("holder", me.host, "an-earlier-boot", me.pid, me.pid_started), clock)
    Rescuer(uow, processes, clock, 30).rescue()
    clock.advance(0.001)

    claimed = claimer(uow, "worker-2", clock).claim()

    assert claimed is not None
    assert claimed.worker == "worker-2"


def test_a_worker_that_does_not_obey_a_cancel_is_killed_after_the_grace_period(uow: Uow, sleeper: Sleeper) -> None:
    clock = disobeyed(uow, sleeper, alone=True)

    early = Rescuer(uow, HostProcesses(), clock, 30).rescue()
    clock.advance(2)
    late = Rescuer(uow, HostProcesses(), clock, 30).rescue()

    assert (early, late, sleeper.wait(10)) == (0, 1, -signal.SIGKILL)


def test_a_worker_inside_of_a_server_only_loses_its_lease(uow: Uow, sleeper: Sleeper) -> None:
    clock = disobeyed(uow, sleeper, alone=False)
    clock.advance(2)

    assert Rescuer(uow, HostProcesses(), clock, 30).rescue() == 1
    assert sleeper.poll() is None


@pytest.mark.sqlite_only
def test_claiming_uses_an_index_and_sorts_nothing(engine: sa.Engine) -> None:
    statement = "SELECT id FROM batch_jobs WHERE status = 'QUEUED' ORDER BY priority, queued_at, id LIMIT 1"

    with engine.connect() as connection:
        steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]

    assert len(steps) == 1
    assert "ix_batch_jobs_claim" in steps[0]


@pytest.fixture
def sleeper() -> Iterator[Sleeper]:
    """A process that does nothing."""
    process = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    yield process
    process.kill()
    process.wait()


def disobeyed(uow: Uow, sleeper: Sleeper, *, alone: bool) -> FakeClock:
    """A job of the process that was asked to cancel 29 seconds ago."""
    clock, began = FakeClock(NOW), psutil.Process(sleeper.pid).create_time()
    me = HostProcesses().identity(alone=alone)
    held_by(uow, replace(me, id="holder", pid=sleeper.pid, pid_started=began), clock)
    ControlJob(uow, clock)("a", Verb.CANCEL, the_system("ann"))
    clock.advance(29)
    return clock


def held_by(uow: Uow, worker: WorkerIdentity, clock: FakeClock) -> None:
    queued(uow, "a")
    with uow() as work:
        work.workers.register(worker, 1, NOW)
        work.commit("test")
    claimed = Claimer(uow, clock, worker.id, lease_seconds=timedelta(days=1).total_seconds()).claim()
    assert claimed is not None
