"""A worker that comes when it is told: words may be late, come twice, or name jobs that are gone."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from builders import job, plan
from dart_batch.adapters.host.processes import HostProcesses
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.summons import Summons
from dart_batch.application.execution.worker import Worker, WorkerLimits
from dart_batch.application.maintenance.rescue import Rescuer
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import JobStatus
from fakes.house import House

Uow = Callable[[], SqlUnitOfWork]
GO_ON = threading.Event()


@pytest.fixture
def house(uow: Uow, engine: sa.Engine) -> House:
    return House(uow, engine)


def summons(house: House) -> Summons:
    processes = HostProcesses()
    me = processes.identity()
    claimer = Claimer(house.uow, house.clock, me.id, 10)
    rescuer = Rescuer(house.uow, processes, house.clock, 30)
    return Summons(Worker(me, house.uow, processes, house.clock, house.runner(), claimer, WorkerLimits(), rescuer))


def queued(house: House, job_id: str, priority: Priority = Priority.NORMAL, chunks: int = 3) -> None:
    it = job(JobStatus.QUEUED, job_id, plan=plan(chunks))
    it.priority, it.identity, it.plan["index"] = priority, job_id, job_id
    with house.uow() as uow:
        uow.jobs.add(it)
        uow.ledger.add({job_id: plan(chunks).chunks})
        uow.commit("test")


def test_the_named_job_is_run(house: House) -> None:
    house.submit()

    assert summons(house).come("id-1", GO_ON) == 1
    assert house.job().status is JobStatus.COMPLETED


def test_a_word_that_comes_twice_runs_the_job_once(house: House) -> None:
    house.submit()
    worker = summons(house)
    worker.come("id-1", GO_ON)

    assert worker.come("id-1", GO_ON) == 0
    assert house.job().attempts == 1


@pytest.mark.parametrize("job_id", ["id-1", "never-heard-of"])
def test_a_word_about_a_job_that_runs_elsewhere_or_nowhere_does_nothing(house: House, job_id: str) -> None:
    house.submit()
    Claimer(house.uow, house.clock, "another", 10).claim()

    assert summons(house).come(job_id, GO_ON) == 0
    assert house.job().worker == "another"


def test_a_word_about_a_job_whose_worker_is_lost_takes_it_over(house: House) -> None:
    house.submit()
    Claimer(house.uow, house.clock, "lost", 10).claim()
    house.clock.advance(11)

    assert summons(house).come("id-1", GO_ON) == 1
    assert house.job().status is JobStatus.COMPLETED


def test_what_is_more_urgent_than_the_named_job_runs_before_it(house: House) -> None:
    queued(house, "later", Priority.LOW)
    queued(house, "sooner", Priority.HIGH)

    assert summons(house).come("later", GO_ON) == 2
    assert house.job("sooner").status is house.job("later").status is JobStatus.COMPLETED


def test_a_brief_job_is_followed_by_those_that_nobody_told_of(house: House) -> None:
    for number in range(3):
        queued(house, f"job-{number}", chunks=1)

    assert summons(house).come("job-0", GO_ON) == 3


def test_a_job_that_is_not_brief_is_not_followed_by_another(house: House) -> None:
    queued(house, "told")
    queued(house, "untold")

    assert summons(house).come("told", GO_ON) == 1
    assert house.job("untold").status is JobStatus.QUEUED


def test_after_a_stop_nothing_is_begun(house: House) -> None:
    house.submit()
    stop = threading.Event()
    stop.set()

    assert summons(house).come("id-1", stop) == 0
    assert house.job().status is JobStatus.QUEUED
