"""How completely the observations of a market cover its sessions.

The frames called `observed` have OBSERVED_SCHEMA, one row per name, session and source with `rows` observations.
"""

from datetime import date, timedelta
from typing import cast

import polars as pl

from dart_batch.application.ports.market_data import COVERAGE_SCHEMA, MONTH_SCHEMA, Shape

OBSERVED_SCHEMA = pl.Schema({"name": pl.String(), "session": pl.Date(), "source": pl.String(), "rows": pl.Int64()})


def per_name(shape: Shape, observed: pl.DataFrame, corrections: pl.DataFrame, sessions: list[date]) -> pl.DataFrame:
    """COVERAGE_SCHEMA, one row per name, unsorted. `corrections` has name, corrections; absent means none.

    `sessions` are the calendar's sessions over the span of the frame.
    """
    days = pl.Series("session", sessions, dtype=pl.Date)
    on_calendar = pl.col("session").filter(pl.col("session").is_in(days.implode()))
    spans = observed.group_by("name").agg(
        first=pl.col("session").min(),
        last=pl.col("session").max(),
        rows=pl.col("rows").sum(),
        present=on_calendar.n_unique(),
        sources=pl.col("source").unique().sort(),
    )
    begin = days.search_sorted(spans["first"], side="left").cast(pl.Int64)
    end = days.search_sorted(spans["last"], side="right").cast(pl.Int64)
    return (
        spans.with_columns(shape=pl.lit(shape), missing=end - begin - spans["present"].cast(pl.Int64))
        .join(corrections, on="name", how="left")
        .with_columns(pl.col("corrections").fill_null(0))
        .select(COVERAGE_SCHEMA.names())
    )


def by_month(observed: pl.DataFrame, sessions: list[date]) -> pl.DataFrame:
    """MONTH_SCHEMA, each name with every month of its span that has a session, unsorted.

    `sessions` are the calendar's sessions over the months of the frame.
    """
    month = pl.col("session").dt.truncate("1mo").alias("month")
    calendar = pl.DataFrame({"session": sessions}, schema={"session": pl.Date})
    months = calendar.group_by(month).agg(sessions=pl.len().cast(pl.Int64))
    spans = observed.group_by("name").agg(first=month.min(), last=month.max())
    on_calendar = observed.join(calendar, on="session", how="semi")
    present = on_calendar.group_by("name", month).agg(present=pl.col("session").n_unique().cast(pl.Int64))
    every = spans.join(months, how="cross").filter(pl.col("month").is_between(pl.col("first"), pl.col("last")))
    joined = every.join(present, on=["name", "month"], how="left").with_columns(pl.col("present").fill_null(0))
    return joined.select(MONTH_SCHEMA.names())


def missing_sessions(observed: pl.DataFrame, sessions: list[date]) -> list[date]:
    """The sessions without an observation of the one name in the frame, ascending."""
    days = pl.Series("session", sessions, dtype=pl.Date)
    return days.filter(~days.is_in(observed["session"].implode())).to_list()


def span_of(frame: pl.DataFrame) -> tuple[date, date]:
    """First and last value of the column `session` of a frame that has rows."""
    return cast("date", frame["session"].min()), cast("date", frame["session"].max())


def months_of(frame: pl.DataFrame) -> tuple[date, date]:
    """First day of the first month and last day of the last month of a frame that has rows."""
    first, last = span_of(frame)
    next_month = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return first.replace(day=1), next_month - timedelta(days=1)
