"""The live index as segments: for each run of sessions, the job whose generation is shown."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from itertools import groupby, pairwise

_DAY = timedelta(days=1)
Run = tuple[date, date]


class GenerationStatus(StrEnum):
    """A generation that is not published by itself: it waits, or was decided about for good."""

    STAGED = "STAGED"
    PROMOTED = "PROMOTED"
    DISCARDED = "DISCARDED"


class GenerationState(StrEnum):
    """What became of what a job wrote; ROLLED_BACK when none of its publications stands."""

    STAGED = "STAGED"
    PUBLISHED = "PUBLISHED"
    DISCARDED = "DISCARDED"
    ROLLED_BACK = "ROLLED_BACK"


@dataclass(frozen=True, slots=True)
class Segment:
    """Sessions from `first` to `last` show the readings that `job_id` wrote for them."""

    first: date
    last: date
    job_id: str
    publication_id: str


def overlay(live: Sequence[Segment], new: Sequence[Segment]) -> list[Segment]:
    """The live segments with the new ones on top, by first session, never overlapping.

    Neither argument overlaps in itself. What a new segment does not cover stays as it is.
    """
    kept = list(live)
    for segment in new:
        kept = [piece for old in kept for piece in _uncovered(old, segment)]
    return sorted([*kept, *new], key=lambda segment: segment.first)


def layered(layers: Sequence[Segment]) -> list[Segment]:
    """What shows when the segments are laid one on another, the last one on top: `overlay` of each in turn."""
    starting: dict[date, list[int]] = defaultdict(list)
    for rank, layer in enumerate(layers):
        starting[layer.first].append(rank)
    bounds = sorted({*starting, *(layer.last + _DAY for layer in layers)})
    covering: list[int] = []
    shown: list[tuple[int, Run]] = []
    for day, following in pairwise(bounds):
        for rank in starting.get(day, ()):
            heappush(covering, -rank)
        while covering and layers[-covering[0]].last < day:
            heappop(covering)
        if covering:
            shown.append((-covering[0], (day, following - _DAY)))
    pieces = [(rank, [run for _, run in group]) for rank, group in groupby(shown, key=lambda piece: piece[0])]
    return [replace(layers[rank], first=runs[0][0], last=runs[-1][1]) for rank, runs in pieces]


def clipped(segments: Sequence[Segment], runs: Sequence[Run]) -> list[Segment]:
    """What of the segments lies inside the runs, by first session. Neither argument overlaps in itself."""
    pieces = [
        replace(segment, first=max(segment.first, first), last=min(segment.last, last))
        for first, last in runs
        for segment in segments
        if segment.first <= last and first <= segment.last
    ]
    return sorted(pieces, key=lambda segment: segment.first)


def runs_without(runs: Sequence[Run], left_out: Collection[date], sessions: Sequence[date]) -> list[Run]:
    """First and last session of what is left of the runs without some sessions, by first session.

    `sessions` are those that are left, ascending. A run of which nothing is left is dropped.
    """
    if not left_out:
        return list(runs)
    kept: list[Run] = []
    for first, last in runs:
        bounds = [first - _DAY, *sorted(day for day in left_out if first <= day <= last), last + _DAY]
        kept += [piece for hole, following in pairwise(bounds) if (piece := _between(sessions, hole, following))]
    return kept


def _between(sessions: Sequence[date], before: date, after: date) -> Run | None:
    inside = sessions[bisect_right(sessions, before) : bisect_left(sessions, after)]
    return (inside[0], inside[-1]) if inside else None


def _uncovered(old: Segment, new: Segment) -> Iterator[Segment]:
    if new.last < old.first or old.last < new.first:
        yield old
        return
    if old.first < new.first:
        yield replace(old, last=new.first - _DAY)
    if new.last < old.last:
        yield replace(old, first=new.last + _DAY)
