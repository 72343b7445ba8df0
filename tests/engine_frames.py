"""Small frames and definitions for tests of the engine."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from dart_batch.domain.index.definition import Definition
from dart_batch.engine.axis import SessionAxis
from dart_batch.engine.definition_file import parse_definition
from dart_batch.engine.schema import QUOTE_COLUMNS, SERIES_COLUMNS

SHARED = Path(__file__).parents[2] / "shared/data"
FIRST = date(2020, 1, 1)
HEAD = """
name = "small"
version = 1
title = "Small"
as_of = "18:00"
minimum_coverage = {minimum}
min_fill = {fill}
carry = {carry}
rows = "{rows}"

[levels]
extreme_fear = 25
fear = 45
neutral = 55
greed = 75

[normalisation]
method = "percentile"
window = {window}
convention = "midrank"
"""
COMPONENT = """
[[component]]
name = "{name}"
weight = 1
direction = "greed"
formula = "{formula}"
"""


def sessions(count: int, first: date = FIRST) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def moment(session: date, hour: int = 12) -> datetime:
    return datetime.combine(session, time(hour), tzinfo=UTC)


def axis_of(days: Sequence[date]) -> SessionAxis:
    """As-of is 18:00 UTC of each session."""
    return SessionAxis.build(days, [moment(day, 18) for day in days])


def observation(series: str, session: date, value: float, known_at: datetime | None = None) -> dict[str, object]:
    return {"series": series, "session": session, "value": value, "known_at": known_at or moment(session)}


def series_frame(columns: Mapping[str, Sequence[float | None]], days: Sequence[date] | None = None) -> pl.DataFrame:
    """One row per value that is not None, known at noon of its session."""
    rows = [
        observation(name, day, value)
        for name, values in columns.items()
        for day, value in zip(days or sessions(len(values)), values, strict=True)
        if value is not None
    ]
    return pl.DataFrame(rows, schema=SERIES_COLUMNS)


def quote(
    ticker: str, session: date, close: float, volume: int = 100, known_at: datetime | None = None
) -> dict[str, object]:
    return {
        "session": session,
        "ticker": ticker,
        "close": close,
        "volume": volume,
        "known_at": known_at or moment(session),
    }


def quote_frame(rows: Sequence[Mapping[str, object]]) -> pl.LazyFrame:
    return pl.LazyFrame(rows, schema=QUOTE_COLUMNS)


def definition_of(
    formulas: Mapping[str, str],
    *,
    window: int = 5,
    fill: float = 1.0,
    carry: int = 0,
    rows: str = "sessions",
    minimum: float = 0.5,
    more: str = "",
) -> Definition:
    """Equal components by name and formula, percentile over `window`; `more` is TOML appended to the end."""
    head = HEAD.format(window=window, fill=fill, carry=carry, rows=rows, minimum=minimum)
    parts = [COMPONENT.format(name=name, formula=formula) for name, formula in formulas.items()]
    return parse_definition(head + "".join(parts) + more, "small.toml")
