"""Days across and 0 to 100 upwards: the ground of every plot."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from dart_batch.adapters.reporting.palette import MUTED, RULE
from dart_batch.adapters.reporting.report.drawing import Line, Point, Shape, Text

WEEKS_UP_TO, MONTHS_UP_TO, MOST_TICKS = 75, 500, 14
SMALL = 6.5


@dataclass(frozen=True, slots=True)
class Axes:
    """A rectangle in points, `highest` at its top. Half a day of room is left on both sides of the days."""

    left: float
    top: float
    right: float
    bottom: float
    first: date
    last: date
    highest: float = 100.0

    def x(self, day: date, offset: float = 0.0) -> float:
        """Where a day's middle lies, `offset` days later."""
        share = ((day - self.first).days + 0.5 + offset) / ((self.last - self.first).days + 1)
        return self.left + share * (self.right - self.left)

    def y(self, value: float) -> float:
        """Where a value lies, 0 at the bottom."""
        return self.bottom - value / self.highest * (self.bottom - self.top)

    def point(self, day: date, value: float) -> Point:
        return self.x(day), self.y(value)


def day_axis(axes: Axes, most: int = MOST_TICKS) -> list[Shape]:
    """The line below with at most so many ticks and their labels."""
    shapes: list[Shape] = [Line(((axes.left, axes.bottom), (axes.right, axes.bottom)), RULE, 0.6)]
    ticks = _ticks(axes.first, axes.last)
    for day, label in ticks[:: -(-len(ticks) // most) or 1]:
        x = axes.x(day)
        shapes.append(Line(((x, axes.bottom), (x, axes.bottom + 2.5)), RULE, 0.6))
        shapes.append(Text((x, axes.bottom + 9.5), label, SMALL, MUTED, "middle"))
    return shapes


def unbroken(values: Sequence[tuple[date, float | None]]) -> Iterator[list[tuple[date, float]]]:
    """Runs of sessions that have a value."""
    for there, run in groupby(values, key=lambda one: one[1] is not None):
        if there:
            yield [(day, value) for day, value in run if value is not None]


def holes(values: Sequence[tuple[date, float | None]]) -> Iterator[tuple[date, date]]:
    """First and last session of each run without a value."""
    for there, run in groupby(values, key=lambda one: one[1] is not None):
        if not there:
            days = [day for day, _ in run]
            yield days[0], days[-1]


def _ticks(first: date, last: date) -> list[tuple[date, str]]:
    span = (last - first).days
    if span <= WEEKS_UP_TO:
        monday = first + timedelta(days=-first.weekday() % 7)
        days = [monday + timedelta(days=7 * week) for week in range((last - monday).days // 7 + 1)]
        return [(day, f"{day:%m-%d}") for day in days]
    if span <= MONTHS_UP_TO:
        months = [day for day in _firsts(first, last) if day >= first]
        return [(day, f"{day:%Y-%m}") for day in months]
    years = [day for day in _firsts(first, last) if day.month == 1 and day >= first]
    return [(day, f"{day:%Y}") for day in years]


def _firsts(first: date, last: date) -> Iterator[date]:
    for month in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield date(month // 12, month % 12 + 1, 1)
