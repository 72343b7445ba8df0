"""A chain of audit entries that anybody touched is told from one that nobody touched."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from builders import NOW
from dart_batch.domain.access.actor import Actor, Entry, the_system
from dart_batch.domain.access.audit import Act, AuditEntry, Link, chained, faults
from dart_batch.domain.access.role import Role

ANN = Actor("ann", Role.OPERATOR, Entry.PAGE, "10.0.0.7")


def chain(length: int) -> list[AuditEntry]:
    made: list[AuditEntry] = []
    for number in range(length):
        last = Link(made[-1].number, made[-1].hash) if made else Link()
        made.append(
            chained(last, Act(NOW, ANN, "job.pause", f"job-{number}", {"status": "QUEUED"}, {"status": "PAUSED"}))
        )
    return made


def end(entries: list[AuditEntry]) -> Link:
    return Link(entries[-1].number, entries[-1].hash)


def rewritten(entry: AuditEntry, **changes: str) -> AuditEntry:
    changed = replace(entry, **changes)
    return replace(changed, hash=changed.digest())


CHANGES: dict[str, tuple[Callable[[list[AuditEntry]], list[AuditEntry]], int, str]] = {
    "a field changed": (lambda it: [*it[:2], replace(it[2], actor="bob"), *it[3:]], 3, "was changed"),
    "a state changed": (lambda it: [*it[:2], replace(it[2], after=None), *it[3:]], 3, "was changed"),
    "an entry rewritten with its hash": (
        lambda it: [*it[:2], rewritten(it[2], actor="bob"), *it[3:]],
        4,
        "does not follow",
    ),
    "one removed": (lambda it: [*it[:2], *it[3:]], 3, "Entry 3 is missing"),
    "several removed": (lambda it: [it[0], *it[4:]], 2, "Entries 2 to 4 are missing"),
    "the first removed": (lambda it: it[1:], 1, "Entry 1 is missing"),
    "the last removed": (lambda it: it[:-1], 6, "Entry 6 is missing at the end"),
    "two swapped": (
        lambda it: [*it[:2], replace(it[3], number=3), replace(it[2], number=4), *it[4:]],
        3,
        "was changed",
    ),
    "the last rewritten with its hash": (lambda it: [*it[:5], rewritten(it[5], actor="bob")], 6, "recorded end"),
}


def test_an_untouched_chain_has_no_fault() -> None:
    entries = chain(6)

    assert list(faults(entries, end(entries))) == []
    assert list(faults([], Link())) == []


@pytest.mark.parametrize("change", list(CHANGES))
def test_whatever_is_changed_is_found_and_named(change: str) -> None:
    touch, number, said = CHANGES[change]
    entries = chain(6)

    found = list(faults(touch(entries), end(entries)))

    assert any(fault.number == number and said in fault.said for fault in found), found


def test_every_field_is_under_the_hash() -> None:
    entry = chain(1)[0]
    fields = [name for name in AuditEntry.__slots__ if name not in ("hash", "number")]

    assert {replace(entry, **{name: "other"}).digest() for name in fields}.isdisjoint({entry.hash})


def test_no_secret_of_an_act_is_kept() -> None:
    act = Act(
        NOW,
        the_system(),
        "settings",
        "",
        None,
        {"url": "mysql://dart:Sw0rdf1sh@db/x", "list": [{"k": "token=Sw0rdf1sh"}]},
    )

    assert "Sw0rdf1sh" not in str(chained(Link(), act))
