"""The observation store as the application sees it.

Two shapes of observation exist. A *series* row is (series, session, value, source, known_at); a *quote* row is
(ticker, session, open, high, low, close, volume, source, known_at). Both are append-only: a correction is a new
row in a later batch. `revision` counts the batches of a market, so (market, revision) names one immutable state.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import polars as pl

SERIES_SCHEMA = {
    "series": pl.String,
    "session": pl.Date,
    "value": pl.Float64,
    "source": pl.String,
    "known_at": pl.Datetime("us", "UTC"),
}
QUOTE_SCHEMA = {
    "session": pl.Date,
    "ticker": pl.String,
    "open": pl.Float64,
    "high": pl.Float64,
    "low": pl.Float64,
    "close": pl.Float64,
    "volume": pl.Int64,
    "source": pl.String,
    "known_at": pl.Datetime("us", "UTC"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of trouble found in a file: how often, how grave, and a few examples."""

    code: str
    severity: str
    message: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What importing one file would do, computed before anything is written.

    `new_rows` and `corrected_rows` are what would be appended; `known_rows` are already stored with equal values.
    """

    path: Path
    market: str
    shape: str
    rows: int
    new_rows: int
    corrected_rows: int
    known_rows: int
    first_session: date | None
    last_session: date | None
    names: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


class MarketData(Protocol):
    """Read side of the observation store. Every call is pinned to a revision, so its answer never changes."""

    def revision(self, market: str) -> int:
        """Number of batches stored for the market; 0 when there is none."""
        ...

    def series(self, market: str, names: Sequence[str], *, until: date, revision: int) -> pl.DataFrame:
        """Observations with SERIES_SCHEMA, sorted by series, session, known_at.

        Holds rows with session <= until from the first `revision` batches. Of rows with the same (series, session,
        known_at) only the one of the latest batch is kept; rows that differ in known_at are vintages and are all kept.
        Unknown names simply have no rows. Values are never null.
        """
        ...

    def quotes(self, market: str, *, until: date, revision: int) -> pl.LazyFrame:
        """Quotes with QUOTE_SCHEMA, same rules per (ticker, session, known_at); empty when there are none."""
        ...

    def coverage(self, market: str) -> pl.DataFrame:
        """One row per series, and one for all quotes: name, shape, first, last, rows, missing, corrections, sources."""
        ...

    def markets(self) -> list[str]:
        """Markets that have at least one observation."""
        ...
