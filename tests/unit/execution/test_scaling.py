"""How many workers the waiting work wants."""

from dataclasses import replace

import pytest

from dart_batch.application.scaling import Backlog, wanted_workers

NOTHING = Backlog(queued=0, running=0, sessions=0, seconds_per_session=0.1, oldest_seconds=0.0)
MUCH = Backlog(queued=10, running=0, sessions=3000, seconds_per_session=0.1, oldest_seconds=5.0)


@pytest.mark.parametrize(
    ("backlog", "wanted"),
    [
        (NOTHING, 0),
        (MUCH, 5),
        (replace(MUCH, sessions=10), 1),
        (replace(MUCH, running=7), 7),
        (replace(MUCH, oldest_seconds=61.0), 10),
        (replace(MUCH, seconds_per_session=None), 10),
        (replace(MUCH, queued=2), 2),
        (replace(NOTHING, seconds_per_session=None), 0),
    ],
    ids=["none", "by-the-work", "at-least-one", "busy-stay", "late", "unknown-pace", "never-more-than-jobs", "idle"],
)
def test_the_work_and_its_age_say_how_many(backlog: Backlog, wanted: int) -> None:
    assert wanted_workers(backlog, 60.0) == wanted
