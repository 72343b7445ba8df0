"""How completely the observations of a market cover its sessions.

The frames called `named` have one row per name and session with an observation: name, session, rows, corrections,
sources (list), sorted by name and session. `sessions` are the calendar's sessions over the span of the frame.
"""

from datetime import date
from typing import cast

import polars as pl

from dart_batch.application.ports.market_data import COVERAGE_SCHEMA, MONTH_SCHEMA, Shape


def per_name(shape: Shape, named: pl.DataFrame, sessions: list[date]) -> pl.DataFrame:
    """COVERAGE_SCHEMA, one row per name, unsorted."""
    days = pl.Series("session", sessions, dtype=pl.Date)
    spans = named.group_by("name").agg(
        first=pl.col("session").min(),
        last=pl.col("session").max(),
        rows=pl.col("rows").sum(),
        present=pl.col("session").is_in(days.implode()).sum().cast(pl.Int64),
        corrections=pl.col("corrections").sum(),
        sources=pl.col("sources").explode().unique().sort(),
    )
    expected = days.search_sorted(spans["last"], side="right").cast(pl.Int64) - days.search_sorted(
        spans["first"], side="left"
    ).cast(pl.Int64)
    return spans.with_columns(shape=pl.lit(shape), missing=expected - spans["present"]).select(
        pl.col(column).cast(dtype) for column, dtype in COVERAGE_SCHEMA.items()
    )


def by_month(named: pl.DataFrame, sessions: list[date]) -> pl.DataFrame:
    """MONTH_SCHEMA, each name with every month of its span that has a session, unsorted."""
    month = pl.col("session").dt.truncate("1mo").alias("month")
    calendar = pl.DataFrame({"session": sessions}, schema={"session": pl.Date})
    months = calendar.group_by(month).agg(sessions=pl.len().cast(pl.Int64))
    spans = named.group_by("name").agg(first=pl.col("session").min().dt.truncate("1mo"), last=pl.col("session").max())
    present = (
        named.join(calendar, on="session", how="semi").group_by("name", month).agg(present=pl.len().cast(pl.Int64))
    )
    every = spans.join(months, how="cross").filter(pl.col("month").is_between(pl.col("first"), pl.col("last")))
    return (
        every.join(present, on=["name", "month"], how="left")
        .select("name", "month", pl.col("present").fill_null(0), pl.col("sessions"))
        .select(MONTH_SCHEMA.keys())
    )


def missing_sessions(named: pl.DataFrame, sessions: list[date]) -> list[date]:
    """The sessions without an observation of the one name in the frame, ascending."""
    days = pl.Series("session", sessions, dtype=pl.Date)
    return days.filter(~days.is_in(named["session"].implode())).to_list()


def span_of(frame: pl.DataFrame) -> tuple[date, date]:
    """First and last value of the column `session` of a frame that has rows."""
    return cast("date", frame["session"].min()), cast("date", frame["session"].max())
