"""Cuts the chunks anew that nobody has touched."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from itertools import takewhile

from dart_batch.domain.job.chunk import Chunk, ChunkStatus


def untouched_tail(chunks: Sequence[Chunk]) -> list[Chunk]:
    """The last chunks of a whole ledger (by number) that are PENDING and were never tried, up to its end."""
    return list(takewhile(_untouched, reversed(chunks)))[::-1]


def recut(
    tail: Sequence[Chunk], sessions: Mapping[str, Sequence[date]], starts: Collection[tuple[str, date]], size: int
) -> list[Chunk]:
    """The sessions of the tail in chunks of at most `size`, numbered on from its first one.

    `sessions` are the planned ones by market, ascending; `starts` holds market and first session of each unbroken run
    of the plan. Nothing is merged across a market, a run, or a chunk that is not in the tail.
    """
    slices = [part for group in _unbroken(tail, sessions, starts) for part in _slices(group, sessions, size)]
    first = tail[0].number if tail else 0
    return [
        Chunk(number, market, days[0], days[-1], len(days)) for number, (market, days) in enumerate(slices, start=first)
    ]


def same_cut(one: Sequence[Chunk], other: Sequence[Chunk]) -> bool:
    """Whether both cut the same sessions alike."""
    return [(chunk.first_session, chunk.items) for chunk in one] == [
        (chunk.first_session, chunk.items) for chunk in other
    ]


def _untouched(chunk: Chunk) -> bool:
    return chunk.status is ChunkStatus.PENDING and chunk.tries == 0 and chunk.written == 0


def _unbroken(
    tail: Sequence[Chunk], sessions: Mapping[str, Sequence[date]], starts: Collection[tuple[str, date]]
) -> Iterator[list[Chunk]]:
    group: list[Chunk] = []
    for chunk in tail:
        if group and not _follows(group[-1], chunk, sessions, starts):
            yield group
            group = []
        group.append(chunk)
    if group:
        yield group


def _follows(
    before: Chunk, chunk: Chunk, sessions: Mapping[str, Sequence[date]], starts: Collection[tuple[str, date]]
) -> bool:
    if before.market != chunk.market or (chunk.market, chunk.first_session) in starts:
        return False
    days = sessions[chunk.market]
    return bisect_right(days, before.last_session) == bisect_left(days, chunk.first_session)


def _slices(
    group: Sequence[Chunk], sessions: Mapping[str, Sequence[date]], size: int
) -> Iterator[tuple[str, Sequence[date]]]:
    market, days = group[0].market, sessions[group[0].market]
    days = days[bisect_left(days, group[0].first_session) : bisect_right(days, group[-1].last_session)]
    for start in range(0, len(days), size):
        yield market, days[start : start + size]
