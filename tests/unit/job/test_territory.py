"""Sessions that are spoken for."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from dart_batch.domain.job.territory import Territory

DAYS = [f"2020-01-{day:02}" for day in range(1, 29)]
SPANS = st.tuples(st.integers(0, 27), st.integers(0, 5)).map(lambda at: (at[0], min(27, at[0] + at[1])))


def test_a_span_is_refused_when_one_session_of_it_is_spoken_for() -> None:
    territory = Territory()

    answers = [
        territory.take([("kospi", "KOSPI", "2020-01-10", "2020-01-20")]),
        territory.take([("kospi", "KOSPI", "2020-01-20", "2020-01-21")]),
        territory.take([("kospi", "KOSPI", "2020-01-21", "2020-01-21")]),
        territory.take([("kospi", "KOSPI", "2020-01-01", "2020-01-09")]),
        territory.take([("kospi", "KOSPI", "2019-01-01", "2021-01-01")]),
    ]

    assert answers == [True, False, True, True, False]


def test_other_markets_and_other_indices_do_not_matter() -> None:
    territory = Territory()
    span = ("2020-01-10", "2020-01-20")

    assert all(territory.take([target]) for target in [("a", "X", *span), ("a", "Y", *span), ("b", "X", *span)])


def test_of_several_targets_all_are_taken_or_none() -> None:
    territory = Territory()
    span = ("2020-01-10", "2020-01-20")
    territory.take([("a", "Y", *span)])

    assert not territory.take([("a", "X", *span), ("a", "Y", *span)])
    assert territory.take([("a", "X", *span)])


@settings(max_examples=200, deadline=None, database=None)
@given(st.lists(SPANS, max_size=12), st.randoms(use_true_random=False))
def test_what_is_taken_never_overlaps(spans: list[tuple[int, int]], order: random.Random) -> None:
    territory, taken = Territory(), set[int]()
    order.shuffle(spans)

    for first, last in spans:
        wanted = set(range(first, last + 1))
        assert territory.take([("a", "X", DAYS[first], DAYS[last])]) == taken.isdisjoint(wanted)
        taken |= wanted if taken.isdisjoint(wanted) else set()
