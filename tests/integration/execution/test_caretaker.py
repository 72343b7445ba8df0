"""One node at a time keeps house, and workers hear of every job that may run, however often words are lost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from builders import NOW, job, plan
from dart_batch.adapters.host.day_id import day_id
from dart_batch.adapters.host.processes import HostProcesses
from dart_batch.adapters.persistence import session
from dart_batch.adapters.persistence.offices import SqlOffices
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.job_types.maintenance import Maintenance
from dart_batch.application.maintenance.caretaker import HELD_SECONDS, MOST_WORDS, OFFICE, ROUND_SECONDS, Caretaker
from dart_batch.application.maintenance.daily import DailyMaintenance
from dart_batch.application.maintenance.housekeeper import Housekeeper
from dart_batch.application.maintenance.rescue import Rescuer
from dart_batch.application.ports.queue import Ready
from dart_batch.application.ports.unit_of_work import ClaimRules
from dart_batch.application.use_cases.submit_job import SubmitJob
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import JobStatus
from fakes.artefacts import FakeArtefactFiles
from fakes.clock import FakeClock

Uow = Callable[[], SqlUnitOfWork]


@dataclass
class FakeQueue:
    """Remembers the words that are on their way."""

    words: list[Ready] = field(default_factory=list)

    def announce(self, ready: Sequence[Ready]) -> None:
        self.words += ready

    def silent(self) -> list[Priority]:
        return [priority for priority in Priority if priority not in {word.priority for word in self.words}]


@dataclass
class Town:
    """Nodes over one database, with one clock and one queue."""

    uow: Uow
    engine: sa.Engine
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    queue: FakeQueue = field(default_factory=FakeQueue)

    def node(self, name: str) -> Caretaker:
        maintenance = Maintenance(self.uow, 730, 90, FakeArtefactFiles())
        submit = SubmitJob(self.uow, {JobType.MAINTENANCE: maintenance}, self.clock, lambda: "id", 100)
        return Caretaker(
            name,
            SqlOffices(session.writing(self.engine)),
            self.uow,
            self.clock,
            self.queue,
            ClaimRules(),
            Rescuer(self.uow, HostProcesses(), self.clock, 30),
            Housekeeper(DailyMaintenance(submit, maintenance, partial(day_id, "maintenance")), self.clock, 18),
        )

    def queued(self, job_id: str, priority: Priority = Priority.NORMAL, index: str = "") -> None:
        it = job(JobStatus.QUEUED, job_id)
        it.priority, it.identity, it.plan["index"] = priority, job_id, index or job_id
        with self.uow() as uow:
            uow.jobs.add(it)
            uow.ledger.add({job_id: plan().chunks})
            uow.commit("test")

    def told(self) -> list[str]:
        return [word.job_id for word in self.queue.words]


@pytest.fixture
def town(uow: Uow, engine: sa.Engine) -> Town:
    return Town(uow, engine)


def test_the_first_node_has_the_office_and_keeps_it(town: Town) -> None:
    first, second = town.node("a"), town.node("b")

    assert [first.round(), second.round(), first.round()] == [True, False, True]


def test_another_node_has_the_office_within_fifteen_seconds_of_the_death_of_the_first(town: Town) -> None:
    town.node("a").round()
    second, waited = town.node("b"), 0.0
    while not second.round():
        town.clock.advance(ROUND_SECONDS)
        waited += ROUND_SECONDS

    assert HELD_SECONDS <= waited < 15


def test_a_node_that_leaves_makes_room_at_once(town: Town) -> None:
    first = town.node("a")
    first.round()
    first.offices.leave(OFFICE, "a")

    assert town.node("b").round()


def test_a_node_without_the_office_tells_nobody(town: Town) -> None:
    town.node("a").round()
    town.queued("job-1")

    town.node("b").round()

    assert town.told() == []


def test_of_many_jobs_some_are_told_of_evenly(town: Town) -> None:
    for number in range(3 * MOST_WORDS):
        town.queued(f"job-{number:02}")

    town.node("a").round()

    assert town.told() == [f"job-{number:02}" for number in range(0, 3 * MOST_WORDS, 3)]


def test_every_job_that_may_run_is_told_of_the_most_urgent_first(town: Town) -> None:
    for job_id, priority in [("low", Priority.LOW), ("high", Priority.HIGH), ("normal", Priority.NORMAL)]:
        town.queued(job_id, priority)

    town.node("a").round()

    assert town.told() == ["high", "normal", "low"]


def test_while_a_word_is_on_its_way_none_is_sent_again(town: Town) -> None:
    town.queued("job-1")
    node = town.node("a")

    node.round()
    node.round()

    assert town.told() == ["job-1"]


def test_words_that_were_lost_are_sent_again(town: Town) -> None:
    town.queued("job-1")
    node = town.node("a")
    node.round()
    town.queue.words.clear()

    node.round()

    assert town.told() == ["job-1"]


def test_a_job_is_told_of_when_its_sessions_are_free_again_or_its_worker_is_lost(town: Town) -> None:
    town.queued("first", index="same")
    town.queued("second", index="same")
    claimed = Claimer(town.uow, town.clock, "elsewhere", 10).claim()
    node = town.node("a")
    node.round()
    before = town.told()
    town.clock.advance(11)

    node.round()

    assert claimed is not None
    assert (claimed.id, before, town.told()) == ("first", [], ["first"])


def test_a_job_that_waits_for_a_moment_is_told_of_then(town: Town) -> None:
    town.queued("job-1")
    with town.uow() as uow:
        it = uow.jobs.get("job-1")
        uow.jobs.save(replace(it, not_before=NOW + timedelta(seconds=5)))
        uow.commit("test")
    node = town.node("a")
    node.round()
    before = town.told()
    town.clock.advance(6)

    node.round()

    assert (before, town.told()) == ([], ["job-1"])
