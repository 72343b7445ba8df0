"""Which verbs of a job each listener of the live channel hears of."""

import json

import pytest

from builders import NOW
from dart_batch.domain.access.actor import Actor, Entry
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.hearing import heard
from dart_batch.entrypoints.api.live_events import LiveEvent, event

JOBS = event("jobs", [{"owner": "ann", "allowedVerbs": ["pause"]}, {"owner": "bob", "allowedVerbs": ["start"]}], NOW)


def verbs(item: LiveEvent) -> list[list[str]]:
    return [job["allowedVerbs"] for job in json.loads(item.data)]


@pytest.mark.parametrize(
    ("name", "role", "expected"),
    [
        ("ann", Role.VIEWER, [[], []]),
        ("ann", Role.OPERATOR, [["pause"], []]),
        ("carol", Role.OPERATOR, [[], []]),
        ("carol", Role.ADMIN, [["pause"], ["start"]]),
    ],
)
def test_each_listener_hears_of_the_verbs_that_are_theirs(name: str, role: Role, expected: list[list[str]]) -> None:
    item = heard(JOBS, Actor(name, role, Entry.API))

    assert verbs(item) == expected
    assert item.id == JOBS.id


def test_other_events_go_to_all_as_they_are() -> None:
    item = event("metrics", {"system": {}}, NOW)

    assert heard(item, Actor("ann", Role.VIEWER, Entry.API)) is item
