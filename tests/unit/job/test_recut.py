"""Cutting open chunks anew."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from dart_batch.domain.job.chunk import Chunk, ChunkStatus
from dart_batch.domain.job.recut import recut, same_cut, untouched_tail

FIRST = date(2020, 1, 6)
DAYS = [FIRST + timedelta(days=number) for number in range(60)]
SESSIONS = {"KOSPI": DAYS, "US": DAYS[::2]}


def chunks(*sizes: int, market: str = "KOSPI", number: int = 1, skip: int = 0) -> list[Chunk]:
    """Chunks of these sizes on consecutive sessions, from the `skip`-th session on."""
    made, days = [], SESSIONS[market]
    for size in sizes:
        made.append(Chunk(number, market, days[skip], days[skip + size - 1], size))
        number, skip = number + 1, skip + size
    return made


def covered(found: list[Chunk]) -> list[tuple[str, date]]:
    return [
        (chunk.market, day)
        for chunk in found
        for day in SESSIONS[chunk.market]
        if chunk.first_session <= day <= chunk.last_session
    ]


def test_chunks_are_split_and_numbered_on() -> None:
    found = recut(chunks(10, 10, number=4), SESSIONS, set(), 6)

    assert [(chunk.number, chunk.items) for chunk in found] == [(4, 6), (5, 6), (6, 6), (7, 2)]


def test_chunks_are_merged() -> None:
    assert [chunk.items for chunk in recut(chunks(3, 3, 3, 3), SESSIONS, set(), 100)] == [12]


def test_nothing_is_merged_across_a_market() -> None:
    tail = chunks(5) + chunks(5, market="US", number=2)

    assert [(chunk.market, chunk.items) for chunk in recut(tail, SESSIONS, set(), 100)] == [("KOSPI", 5), ("US", 5)]


def test_nothing_is_merged_across_the_start_of_a_run() -> None:
    found = recut(chunks(5, 5), SESSIONS, {("KOSPI", DAYS[0]), ("KOSPI", DAYS[5])}, 100)

    assert [chunk.items for chunk in found] == [5, 5]


def test_nothing_is_merged_across_sessions_of_another_chunk() -> None:
    tail = chunks(5) + chunks(5, number=2, skip=10)

    assert [chunk.items for chunk in recut(tail, SESSIONS, set(), 100)] == [5, 5]


def test_only_chunks_behind_the_last_touched_one_are_the_tail() -> None:
    ledger = chunks(1, 1, 1, 1)
    done = Chunk(2, "KOSPI", DAYS[1], DAYS[1], 1, ChunkStatus.DONE)

    assert untouched_tail([ledger[0], done, *ledger[2:]]) == ledger[2:]


def test_chunks_that_were_tried_or_are_written_in_part_are_touched() -> None:
    tried = Chunk(1, "KOSPI", DAYS[0], DAYS[0], 1, tries=1)
    begun = Chunk(2, "KOSPI", DAYS[1], DAYS[4], 4, written=2)

    assert untouched_tail([tried]) == []
    assert untouched_tail([begun]) == []


def test_a_ledger_whose_last_chunk_is_done_has_no_tail() -> None:
    done = Chunk(2, "KOSPI", DAYS[1], DAYS[1], 1, ChunkStatus.DONE)

    assert untouched_tail([*chunks(1), done]) == []
    assert recut([], SESSIONS, set(), 5) == []


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 70), st.integers(1, 9))
def test_every_session_stays_in_exactly_one_chunk_in_order(sizes: list[int], size: int, number: int) -> None:
    tail = chunks(*sizes, number=number)

    found = recut(tail, SESSIONS, set(), size)

    assert covered(found) == covered(tail)
    assert all(chunk.items <= size for chunk in found)
    assert [chunk.number for chunk in found] == list(range(number, number + len(found)))
    assert same_cut(found, recut(found, SESSIONS, set(), size))
