"""Runs of days laid over an axis, against plain Python."""

import itertools
from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from dart_batch.engine.day_states import covered, day_numbers, latest, run_bounds

FIRST = date(2020, 1, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(0, 60, 2)]
AXIS = day_numbers(DAYS)
offsets = st.integers(-5, 65).map(lambda number: FIRST + timedelta(days=number))
runs = st.tuples(offsets, offsets).map(lambda pair: (min(pair), max(pair)))


@given(st.lists(runs, max_size=6))
def test_a_day_is_covered_when_a_run_holds_it(given_runs: list[tuple[date, date]]) -> None:
    expected = [any(first <= day <= last for first, last in given_runs) for day in DAYS]

    assert covered(AXIS, given_runs).tolist() == expected


@given(st.lists(st.tuples(runs, st.integers(0, 3)), max_size=6))
def test_the_latest_try_of_a_day_counts(
    given_tries: list[tuple[tuple[date, date], int]],
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    tries = [(first, last, start + timedelta(hours=at)) for (first, last), at in given_tries]

    def moments(day: date) -> list[float]:
        return [at.timestamp() for first, last, at in tries if first <= day <= last]

    assert latest(AXIS, tries).tolist() == [max(moments(day), default=-np.inf) for day in DAYS]


@given(st.lists(st.booleans(), max_size=20))
def test_run_bounds_hold_exactly_what_is_wanted(wanted: list[bool]) -> None:
    bounds = run_bounds(np.array(wanted, dtype=np.bool_))

    inside = [place for first, last in bounds for place in range(first, last + 1)]
    assert inside == [place for place, held in enumerate(wanted) if held]
    assert all(last + 1 < following for (_, last), (following, _) in itertools.pairwise(bounds))
