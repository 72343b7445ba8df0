"""How chunks are spread over the lanes of a pool."""

from dataclasses import replace

import pytest

from builders import plan
from dart_batch.application.execution.strategies.stripes import cut_stripes, order_of_work, stripe_of

CHUNKS = plan(chunks=6, items=10).chunks


def numbers(lanes: int) -> list[list[int]]:
    return [[chunk.number for chunk in stripe] for stripe in cut_stripes(CHUNKS, lanes)]


@pytest.mark.parametrize(
    ("lanes", "stripes"),
    [(1, [[1, 2, 3, 4, 5, 6]]), (2, [[1, 2, 3], [4, 5, 6]]), (4, [[1, 2], [3], [4, 5], [6]])],
)
def test_chunks_are_cut_into_as_many_unbroken_runs_as_there_are_lanes(lanes: int, stripes: list[list[int]]) -> None:
    assert numbers(lanes) == stripes


def test_there_are_never_more_stripes_than_chunks() -> None:
    assert numbers(50) == [[1], [2], [3], [4], [5], [6]]


def test_stripes_weigh_sessions_and_not_chunks() -> None:
    heavy = [replace(CHUNKS[0], items=50), *CHUNKS[1:]]

    assert [len(stripe) for stripe in cut_stripes(heavy, 2)] == [1, 5]


def test_no_stripe_crosses_a_market() -> None:
    chunks = [*CHUNKS[:3], *(replace(chunk, market="KOSDAQ") for chunk in CHUNKS[3:])]

    stripes = cut_stripes(chunks, 2)

    assert [{chunk.market for chunk in stripe} for stripe in stripes] == [{"KOSPI"}] * 2 + [{"KOSDAQ"}] * 2


def test_all_lanes_begin_before_the_first_stripe_goes_on() -> None:
    order = [(stripe, chunk.number) for stripe, chunk in order_of_work(cut_stripes(CHUNKS, 3), 2)]

    assert order == [(0, 1), (1, 3), (0, 2), (2, 5), (1, 4), (2, 6)]


def test_a_part_of_a_chunk_belongs_to_the_stripe_of_its_chunk() -> None:
    stripes = cut_stripes(CHUNKS, 2)
    last_day = replace(CHUNKS[3], first_session=CHUNKS[3].last_session, items=1)

    assert [stripe_of(stripes, chunk) for chunk in [*CHUNKS, last_day]] == [0, 0, 0, 1, 1, 1, 1]
