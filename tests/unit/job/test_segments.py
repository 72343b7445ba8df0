"""Laying a publication over the live index."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from dart_batch.domain.index.publication import Segment, clipped, layered, overlay, runs_without

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


def test_runs_without_nothing_are_the_same() -> None:
    runs = [(ORIGIN, ORIGIN + timedelta(days=9))]

    assert runs_without(runs, set(), []) == runs


@given(st.sets(st.integers(0, 60), max_size=30), st.sets(st.integers(0, 60), min_size=1, max_size=40))
def test_what_is_left_of_runs_has_every_session_but_those_left_out(holes: set[int], kept: set[int]) -> None:
    sessions = sorted(ORIGIN + timedelta(days=number) for number in kept - holes)
    left_out = {ORIGIN + timedelta(days=number) for number in holes}
    runs = [(ORIGIN, ORIGIN + timedelta(days=25)), (ORIGIN + timedelta(days=30), ORIGIN + timedelta(days=60))]
    inside = [one for one in sessions if any(first <= one <= last for first, last in runs)]

    pieces = runs_without(runs, left_out, sessions)

    covered = [one for one in sessions if any(first <= one <= last for first, last in pieces)]
    if holes:
        assert covered == inside
        assert not any(first <= one <= last for one in left_out for first, last in pieces)
        assert all(first in inside and last in inside for first, last in pieces)
    assert all(early[1] < late[0] for early, late in pairwise(pieces))


@settings(max_examples=100, deadline=None)
@given(spans=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 10)), max_size=12))
def test_layers_show_what_laying_them_on_in_turn_shows(spans: list[tuple[int, int]]) -> None:
    layers = [
        Segment(
            ORIGIN + timedelta(days=first), ORIGIN + timedelta(days=first + length), f"job-{number}", f"pub-{number}"
        )
        for number, (first, length) in enumerate(spans)
    ]
    live: list[Segment] = []
    for layer in layers:
        live = overlay(live, [layer])

    assert layered(layers) == live


def test_clipping_keeps_what_lies_inside_the_runs() -> None:
    live = [segment(0, 5, "a"), segment(6, 9, "b")]
    runs = [
        (ORIGIN + timedelta(days=2), ORIGIN + timedelta(days=3)),
        (ORIGIN + timedelta(days=5), ORIGIN + timedelta(days=7)),
    ]

    found = clipped(live, runs)

    assert [((one.first - ORIGIN).days, (one.last - ORIGIN).days, one.job_id) for one in found] == [
        (2, 3, "a"),
        (5, 5, "a"),
        (6, 7, "b"),
    ]
