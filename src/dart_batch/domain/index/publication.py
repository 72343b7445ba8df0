"""The live index as segments: for each run of sessions, the job whose generation is shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

_DAY = timedelta(days=1)


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


def _uncovered(old: Segment, new: Segment) -> Iterator[Segment]:
    if new.last < old.first or old.last < new.first:
        yield old
        return
    if old.first < new.first:
        yield replace(old, last=new.first - _DAY)
    if new.last < old.last:
        yield replace(old, first=new.last + _DAY)
