"""How sessions are cut for STREAM."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import job, plan
from dart_batch.application.execution.strategies.blocks import LARGEST, DaysOf, Pace, blocks_of
from dart_batch.application.job_types.generation import Generation
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import PlanBroken
from dart_batch.engine.definition_file import shipped
from fakes.job_types import FakeJobType, FakeWork


def days_of(chunks: tuple[Chunk, ...]) -> DaysOf:
    kind = FakeJobType(replace(plan(), chunks=chunks))
    return DaysOf(FakeWork(kind, Generation(job(), lambda: "id", definition=shipped()["kospi"])))


def sizes(chunks: tuple[Chunk, ...], pace: Pace) -> list[int]:
    return [block.part.items for block in blocks_of(chunks, days_of(chunks), pace)]


def test_blocks_double_from_one_session_up_across_chunks() -> None:
    assert sizes(plan(chunks=6, items=10).chunks, Pace(1.0)) == [1, 2, 4, 8, 16, 29]


def test_no_block_is_larger_than_the_largest() -> None:
    assert max(sizes(plan(chunks=20, items=100).chunks, Pace(1.0))) == LARGEST


def test_no_block_is_larger_than_what_is_written_in_time() -> None:
    pace = Pace(0.03)
    pace.took(10, 0.06)

    assert sizes(plan(chunks=2, items=10).chunks, pace) == [1, 2, 4, 5, 5, 3]


@pytest.mark.parametrize("seconds", [0.0, 1e-9, 3600.0])
def test_a_pace_stays_within_one_and_the_largest(seconds: float) -> None:
    pace = Pace(0.03)

    pace.took(1, seconds)

    assert 1 <= pace.most <= LARGEST


def test_a_block_never_crosses_a_market() -> None:
    chunks = plan(chunks=4, items=10).chunks
    other = tuple(replace(chunk, market="KOSDAQ") for chunk in chunks[2:])

    markets = [{one.chunk.market for one in block.segments} for block in _blocks((*chunks[:2], *other))]

    assert all(len(found) == 1 for found in markets)


def test_a_block_never_crosses_sessions_that_are_done() -> None:
    chunks = plan(chunks=3, items=10).chunks
    days = days_of(chunks)

    found = [block.part for block in blocks_of((chunks[0], chunks[2]), days, Pace(1.0))]

    assert [(part.first_session.day, part.items) for part in found] == [(1, 1), (2, 2), (4, 4), (8, 3), (21, 10)]


def test_a_chunk_goes_on_behind_its_cursor() -> None:
    first, second = plan(chunks=2, items=10).chunks

    blocks = list(blocks_of((replace(first, written=7), second), days_of((first, second)), Pace(1.0)))

    assert [block.part.items for block in blocks] == [1, 2, 4, 6]
    assert blocks[0].part.first_session == date(2020, 1, 8)


def test_a_chunk_with_other_sessions_than_planned_is_refused() -> None:
    chunks = plan(chunks=2, items=10).chunks

    with pytest.raises(PlanBroken, match="planned with 11 sessions, now it has 10"):
        list(blocks_of((replace(chunks[0], items=11),), days_of(chunks), Pace(1.0)))


@given(count=st.integers(1, 12), items=st.integers(1, 40), written=st.integers(0, 39), most=st.integers(1, 60))
def test_blocks_hold_every_open_session_once_and_in_order(count: int, items: int, written: int, most: int) -> None:
    chunks = plan(chunks=count, items=items).chunks
    opened = (replace(chunks[0], written=min(written, items - 1)), *chunks[1:])

    segments = [one for block in blocks_of(opened, days_of(chunks), Pace(1.0, most)) for one in block.segments]

    days = [day for one in segments for day in one.days]
    first = date(2020, 1, 1) + timedelta(days=opened[0].written)
    assert days == [first + timedelta(days=offset) for offset in range(count * items - opened[0].written)]
    assert all(one.chunk.first_session <= one.days[0] <= one.days[-1] <= one.chunk.last_session for one in segments)


def _blocks(chunks: tuple[Chunk, ...]) -> list:
    return list(blocks_of(chunks, days_of(chunks), Pace(1.0)))
