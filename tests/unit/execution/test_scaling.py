"""How many workers the waiting work wants."""

from dataclasses import replace

import pytest

from dart_batch.application.scaling import Autoscaler, Backlog, wanted_workers

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


def targets(scaler: Autoscaler, wanted: dict[float, int]) -> list[int]:
    return [scaler.target(count, now) for now, count in wanted.items()]


def test_more_workers_are_there_as_soon_as_they_are_wanted_within_the_bounds() -> None:
    assert targets(Autoscaler(1, 8, 30), {0: 0, 1: 3, 2: 20}) == [1, 3, 8]


def test_fewer_only_when_fewer_were_wanted_for_the_whole_calm() -> None:
    wanted = {0: 4, 10: 1, 20: 2, 29: 0, 31: 0, 49: 0, 51: 0}

    assert targets(Autoscaler(0, 8, 30), wanted) == [4, 4, 4, 4, 2, 2, 0]


def test_a_worker_with_several_slots_counts_as_several() -> None:
    assert targets(Autoscaler(0, 8, 30, slots=4), {0: 0, 1: 1, 2: 4, 3: 5}) == [0, 1, 1, 2]
