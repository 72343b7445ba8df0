"""A period in a few figures."""

from dataclasses import dataclass
from datetime import date

import polars as pl

DECIMALS = 9


@dataclass(frozen=True, slots=True)
class PeriodSummary:
    """Readings from `first` to `last` (days). Values are points of the index, 0 to 100.

    `published` counts the sessions that have a value. What is about values is null where none is published,
    `deviation` (of a sample) also where only one is; `coverage` is the mean of all sessions, null without one. Means
    are rounded to DECIMALS, so that the order in which a machine adds changes nothing.
    """

    first: date
    last: date
    sessions: int
    published: int
    opening: float | None
    closing: float | None
    mean: float | None
    median: float | None
    lowest: float | None
    highest: float | None
    deviation: float | None
    coverage: float | None

    @property
    def withheld(self) -> int:
        """Sessions whose value is missing."""
        return self.sessions - self.published


def between(frame: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    """Rows of a frame with `session`, ascending, from `first` to `last`."""
    begin = frame["session"].search_sorted(first, "left")
    return frame.slice(begin, frame["session"].search_sorted(last, "right") - begin)


def summary_of(history: pl.DataFrame, first: date, last: date) -> PeriodSummary:
    """The figures of these days; `history` has session, value (0 to 100 or null) and coverage, by session."""
    frame = between(history, first, last)
    values = frame["value"].drop_nulls()
    figures = pl.DataFrame({"value": values}).select(
        opening=pl.col("value").first(),
        closing=pl.col("value").last(),
        mean=pl.col("value").mean().round(DECIMALS),
        median=pl.col("value").median(),
        lowest=pl.col("value").min(),
        highest=pl.col("value").max(),
        deviation=pl.col("value").std().round(DECIMALS),
    )
    found = figures.row(0, named=True)
    coverage = frame.select(pl.col("coverage").mean().round(DECIMALS)).item()
    return PeriodSummary(first, last, frame.height, len(values), coverage=coverage, **found)
