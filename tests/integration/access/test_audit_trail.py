"""The audit trail in a real database: with the act or not at all, one chain, and every change is found."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from builders import NOW
from dart_batch.adapters.persistence.audit_queries import AuditFilter, SqlAuditQueries
from dart_batch.application.use_cases.control_job import ControlJob
from dart_batch.domain.access.actor import Actor, Entry, the_system
from dart_batch.domain.access.audit import Act, Link
from dart_batch.domain.access.errors import NotOwner
from dart_batch.domain.access.role import Role
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import Verb
from fakes.house import House, Uow

ANN = Actor("ann", Role.OPERATOR, Entry.PAGE, "10.0.0.7")


@pytest.fixture
def trail(engine: sa.Engine) -> SqlAuditQueries:
    return SqlAuditQueries(engine)


def record(uow: Uow, *names: str) -> None:
    with uow() as work:
        for name in names:
            work.audit.record(Act(NOW, ANN, name, "job-1"))
        work.commit("test")


def test_a_verb_is_told_with_who_from_where_before_and_after(
    uow: Uow, engine: sa.Engine, trail: SqlAuditQueries
) -> None:
    house = House(uow, engine)
    house.submit(owner="ann")

    ControlJob(house.uow, house.clock)("id-1", Verb.PAUSE, ANN)
    ControlJob(house.uow, house.clock).prioritise("id-1", Priority.HIGH, ANN)

    high, paused, submitted = trail.entries(AuditFilter(subject="id-1"))
    assert (paused.act, paused.actor, paused.role, paused.entry, paused.address) == (
        "job.pause",
        "ann",
        "operator",
        "page",
        "10.0.0.7",
    )
    assert '"status":"QUEUED"' in str(paused.before) and '"status":"PAUSED"' in str(paused.after)
    assert '"priority":"NORMAL"' in str(high.before) and '"priority":"HIGH"' in str(high.after)
    assert (submitted.act, submitted.before) == ("job.submit", None)


def test_what_is_refused_or_rolled_back_leaves_no_entry(uow: Uow, engine: sa.Engine, trail: SqlAuditQueries) -> None:
    house = House(uow, engine)
    house.submit(owner="bob")
    before = trail.verify()

    with pytest.raises(NotOwner):
        ControlJob(house.uow, house.clock)("id-1", Verb.PAUSE, ANN)
    with pytest.raises(RuntimeError), uow() as work:
        work.audit.record(Act(NOW, ANN, "lost"))
        raise RuntimeError
    record(uow, "kept")

    assert trail.verify()[0].number == before[0].number + 1
    assert [entry.act for entry in trail.entries(AuditFilter(limit=1))] == ["kept"]


def test_writers_at_the_same_time_make_one_chain(uow: Uow, trail: SqlAuditQueries) -> None:
    def write() -> None:
        for _ in range(25):
            record(uow, "one", "two")

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    head, found = trail.verify()
    assert (head.number, found) == (200, [])


TAMPERING = {
    "changed": ("UPDATE audit_entries SET actor = 'bob' WHERE number = 2", "Entry 2 was changed"),
    "deleted": ("DELETE FROM audit_entries WHERE number = 2", "Entry 2 is missing"),
    "cut off": ("DELETE FROM audit_entries WHERE number >= 3", "Entries 3 to 4 are missing at the end"),
    "reordered": (
        "UPDATE audit_entries SET number = CASE number WHEN 2 THEN -3 ELSE -2 END WHERE number IN (2, 3)",
        "Entry 2",
    ),
}


@pytest.mark.parametrize("what", list(TAMPERING))
def test_tampering_is_found(uow: Uow, engine: sa.Engine, trail: SqlAuditQueries, what: str) -> None:
    statement, said = TAMPERING[what]
    record(uow, "a", "b", "c", "d")
    with engine.begin() as connection:
        connection.execute(sa.text(statement))
        connection.execute(sa.text("UPDATE audit_entries SET number = -number WHERE number < 0"))

    _, found = trail.verify()

    assert any(said in fault.said for fault in found), found


def test_a_chain_forged_as_a_whole_does_not_hold_the_end_that_was_noted(
    uow: Uow, engine: sa.Engine, trail: SqlAuditQueries
) -> None:
    record(uow, "a", "b")
    noted, _ = trail.verify()
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM audit_entries"))
        connection.execute(sa.text("UPDATE audit_head SET number = 0, hash = :hash"), {"hash": Link().hash})
    record(uow, "a", "c")

    assert trail.verify()[1] == []
    assert "not the one that was noted" in trail.verify(noted)[1][0].said


def test_entries_are_filtered_and_paged_newest_first(uow: Uow, trail: SqlAuditQueries) -> None:
    with uow() as work:
        for number in range(10):
            by = ANN if number % 2 else the_system()
            work.audit.record(
                Act(NOW + timedelta(seconds=number), by, f"job.{'pause' if number < 5 else 'cancel'}", str(number))
            )
        work.audit.record(Act(NOW, ANN, "login", "ann"))
        work.commit("test")

    first = trail.entries(AuditFilter(act="job.", actor="ann", limit=3))
    second = trail.entries(AuditFilter(act="job.", actor="ann", limit=3, before=first[-1].number))

    assert [entry.subject for entry in (*first, *second)] == ["9", "7", "5", "3", "1"]
    assert [entry.act for entry in trail.entries(AuditFilter(act="job.cancel", subject="6"))] == ["job.cancel"]
    assert trail.entries(AuditFilter(act="job%")) == []
    assert [entry.act for entry in trail.entries(AuditFilter(entry="page", limit=1))] == ["login"]
