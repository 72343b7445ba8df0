"""What an index chart shows, prepared as arrays: a withheld value or an absent session is a break in the line."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dart_batch.domain.index.definition import Definition

LONGEST_CLOSURE_DAYS = 14
TREND_SESSIONS = 63

Dates = NDArray[np.datetime64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ChartFacts:
    """What stands around the curve. `source` says where the values come from."""

    market: str
    definition: Definition
    source: str


def broken_line(frame: pl.DataFrame, column: str) -> tuple[Dates, Numbers]:
    """Dates and values of a column with NaN wherever nothing may be connected.

    Null becomes NaN. Where two rows are more than LONGEST_CLOSURE_DAYS apart, which no market's holidays are, a NaN is
    put between them. `frame` has `date`, ascending.
    """
    days = frame["date"].to_numpy().astype("datetime64[D]")
    values = frame[column].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    wide = np.flatnonzero(np.diff(days).astype(np.int64) > LONGEST_CLOSURE_DAYS) + 1
    return np.insert(days, wide, days[wide - 1] + np.timedelta64(1, "D")), np.insert(values, wide, np.nan)


def lonely(values: Numbers) -> NDArray[np.bool_]:
    """Where a value stands between two breaks, so that a line alone would not show it."""
    present = np.isfinite(values)
    padded = np.concatenate([[False], present, [False]])
    alone: NDArray[np.bool_] = present & ~padded[:-2] & ~padded[2:]
    return alone


def missing_spans(frame: pl.DataFrame, column: str) -> list[tuple[float, float]]:
    """Start and width in days since 1970 of each unbroken run of nulls in a column, half a day wider on each side."""
    runs = (
        frame.select("date", missing=pl.col(column).is_null())
        .with_columns(run=pl.col("missing").rle_id())
        .filter("missing")
        .group_by("run", maintain_order=True)
        .agg(first=pl.col("date").min().to_physical(), last=pl.col("date").max().to_physical())
    )
    return [(first - 0.5, last - first + 1.0) for first, last in runs.select("first", "last").rows()]


def trend(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """`date` and the median of the last TREND_SESSIONS present values of a column, null where the value itself is."""
    present = frame.select("date", column).drop_nulls()
    middle = pl.col(column).rolling_median(TREND_SESSIONS, min_samples=TREND_SESSIONS // 2)
    return frame.select("date").join(present.with_columns(middle), on="date", how="left", maintain_order="left")
