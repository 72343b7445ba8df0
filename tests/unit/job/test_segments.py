"""Laying a publication over the live index."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dart_batch.domain.index.publication import Segment, overlay

ORIGIN = date(2020, 1, 1)


def segment(first: int, last: int, job: str) -> Segment:
    return Segment(ORIGIN + timedelta(days=first), ORIGIN + timedelta(days=last), job, f"pub-{job}")


def shown(segments: list[Segment]) -> dict[date, str]:
    return {
        one.first + timedelta(days=day): one.job_id
        for one in segments
        for day in range((one.last - one.first).days + 1)
    }


def test_a_segment_inside_another_cuts_it_in_two() -> None:
    assert overlay([segment(0, 9, "a")], [segment(3, 5, "b")]) == [
        segment(0, 2, "a"),
        segment(3, 5, "b"),
        segment(6, 9, "a"),
    ]


spans = st.tuples(st.integers(0, 40), st.integers(0, 15))


@given(st.lists(spans, max_size=12))
def test_every_day_shows_what_was_published_for_it_last(published: list[tuple[int, int]]) -> None:
    live: list[Segment] = []
    expected: dict[date, str] = {}
    for number, (first, length) in enumerate(published):
        new = segment(first, first + length, str(number))
        live = overlay(live, [new])
        expected |= shown([new])

    assert shown(live) == expected
    assert all(left.last < right.first for left, right in pairwise(live))
