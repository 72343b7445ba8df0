"""The observation store as the application sees it.

Two shapes of observation exist. A *series* row is (series, session, value, source, known_at); a *quote* row is
(ticker, session, open, high, low, close, volume, source, known_at). Both are append-only: a correction is a new
row in a later batch. `revision` counts the batches of a market, so (market, revision) names one immutable state.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal, Protocol

import polars as pl

from dart_batch.domain.errors import Conflict, Fatal, NotFound, Refused

Shape = Literal["series", "quotes"]

SERIES_SCHEMA = pl.Schema(
    {
        "series": pl.String(),
        "session": pl.Date(),
        "value": pl.Float64(),
        "source": pl.String(),
        "known_at": pl.Datetime("us", "UTC"),
    }
)
QUOTE_SCHEMA = pl.Schema(
    {
        "session": pl.Date(),
        "ticker": pl.String(),
        "open": pl.Float64(),
        "high": pl.Float64(),
        "low": pl.Float64(),
        "close": pl.Float64(),
        "volume": pl.Int64(),
        "source": pl.String(),
        "known_at": pl.Datetime("us", "UTC"),
    }
)
COVERAGE_SCHEMA = pl.Schema(
    {
        "name": pl.String(),
        "shape": pl.String(),
        "first": pl.Date(),
        "last": pl.Date(),
        "rows": pl.Int64(),
        "missing": pl.Int64(),
        "corrections": pl.Int64(),
        "sources": pl.List(pl.String()),
    }
)
MONTH_SCHEMA = pl.Schema({"name": pl.String(), "month": pl.Date(), "present": pl.Int64(), "sessions": pl.Int64()})
CHANGE_SCHEMA = pl.Schema(
    {
        "batch": pl.Int64(),
        "name": pl.String(),
        "session": pl.Date(),
        "rows": pl.Int64(),
        "first_known": pl.Datetime("us", "UTC"),
        "last_known": pl.Datetime("us", "UTC"),
    }
)
SCHEMA_OF: dict[Shape, pl.Schema] = {"series": SERIES_SCHEMA, "quotes": QUOTE_SCHEMA}
KEY_OF: dict[Shape, tuple[str, ...]] = {
    "series": ("series", "session", "known_at"),
    "quotes": ("ticker", "session", "known_at"),
}
VALUES_OF: dict[Shape, tuple[str, ...]] = {"series": ("value",), "quotes": ("open", "high", "low", "close", "volume")}
QUOTES_NAME = "quotes"


class FileNotUsable(Refused):
    """The file cannot be read at all: absent, of another kind, damaged, or without the columns of its shape."""

    code = "file-not-usable"
    hint = "Give a CSV (.csv, .csv.gz) or Parquet file in UTF-8 with the columns that the message names."


class MarketNotNamed(Refused):
    """Neither the command nor the file's name says which market the observations belong to."""

    code = "market-not-named"
    hint = "Name it: --market KOSPI."


class ImportBlocked(Refused):
    """The schema check found errors or warnings, and nothing was imported. `fields["plans"]` holds the findings."""

    code = "import-blocked"
    hint = "Correct the file, or import it as it is with --accept-warnings (rows that cannot be stored are left out)."


class FileChanged(Conflict):
    """The file is not the one that was checked."""

    code = "file-changed"
    hint = "Import it again, so that what is stored is what was checked."


class StoreNotWritable(Fatal):
    """The folder of the observation store takes no new file."""

    code = "store-not-writable"
    hint = "Make the folder writable, free disk space, or name another folder with DART_DATA_DIR."


class BatchUnreadable(Fatal):
    """A batch file of the observation store is damaged."""

    code = "batch-unreadable"
    hint = "Restore the named file from a backup; the store never changes a batch after writing it."


class NoSuchSeries(NotFound):
    """The market holds no observation under the name."""

    code = "no-such-series"
    hint = "See the names with: dart-batch data describe."


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of trouble found in a file: how often, how grave, and a few examples."""

    code: str
    severity: str
    message: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """What the caller says about a file. What is None is taken from the file itself or its name.

    `lag` is added to the session's close for `known_at` when the file has no such column.
    """

    path: Path
    recorded_at: datetime
    market: str | None = None
    shape: Shape | None = None
    name: str | None = None
    source: str | None = None
    lag: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What importing one file would do, computed before anything is written.

    `new_rows` and `corrected_rows` are what would be appended; `known_rows` are already stored with equal values;
    `dropped_rows` cannot be stored. `observations` holds the rows to append, compared with the store as it was at
    `revision`, in the schema of `shape` but for whole prices, which may be Int32, and for tickers and a source that is
    one for all, which may be Enums, that of tickers in ascending order. `digest` is the SHA-256 of the file's bytes.
    """

    order: ImportOrder
    market: str
    shape: Shape
    rows: int
    new_rows: int
    corrected_rows: int
    known_rows: int
    first_session: date | None
    last_session: date | None
    names: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    dropped_rows: int = 0
    digest: str = ""
    revision: int = 0
    observations: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False, compare=False)

    @property
    def path(self) -> Path:
        """The file."""
        return self.order.path

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that keep the file out unless they are accepted."""
        return tuple(finding for finding in self.findings if finding.severity != "info")


@dataclass(frozen=True, slots=True)
class EncodedBatch:
    """The rows of an import plan in the store's own form, if all of them are new."""

    rows: int
    content: memoryview


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

    def quotes(
        self, market: str, *, until: date, revision: int, since: date = date.min, coded: bool = False
    ) -> pl.LazyFrame:
        """Quotes from `since` on with QUOTE_SCHEMA, same rules per (ticker, session, known_at); empty without any.

        With `coded` tickers are Categorical, which is quicker to read for who counts by them.
        Rows come in no promised order. Nothing is read before the frame is collected, and then only what it needs.
        """
        ...

    def fingerprint(self, market: str, revision: int) -> str:
        """The same for two stores that hold the same batches of the market up to the revision, else another text."""
        ...

    def extent(
        self, market: str, names: Sequence[str] | None, *, quotes: bool, revision: int
    ) -> tuple[date, date] | None:
        """First and last session with an observation of any of the series (null: of all there are) or, if `quotes`, of
        any stock; null: none.
        """
        ...

    def changes(self, market: str, names: Sequence[str], *, quotes: bool, after: int, revision: int) -> pl.DataFrame:
        """What batches after `after` and up to `revision` brought: CHANGE_SCHEMA, sorted by batch, name, session.

        One row per batch, series (or QUOTES_NAME for all stocks) and session: how many observations, since when the
        first of them was known, and when the last of all observations stored for that name and session was.
        """
        ...

    def coverage(self, market: str) -> pl.DataFrame:
        """One row per series, and one for all quotes: name, shape, first, last, rows, missing, corrections, sources.

        COVERAGE_SCHEMA, sorted by name, at the present revision. `missing` counts the calendar's sessions between
        `first` and `last` without an observation, `corrections` the observations that replaced an earlier one.
        """
        ...

    def coverage_by_month(self, market: str) -> pl.DataFrame:
        """MONTH_SCHEMA, sorted by name and month: sessions with an observation against the calendar's sessions.

        `month` is the first day of a month; each name has every month from its first to its last observation.
        """
        ...

    def gaps(self, market: str, name: str) -> list[date]:
        """Sessions between the name's first and last observation that have none, ascending. Raises NoSuchSeries."""
        ...

    def markets(self) -> list[str]:
        """Markets that have at least one observation."""
        ...


class ObservationStore(MarketData, Protocol):
    """The store with its only way of writing: one more batch."""

    def unknown(self, market: str, shape: Shape, observations: pl.DataFrame) -> pl.DataFrame:
        """The rows that are not stored with equal values, plus `corrects`: whether another value is stored.

        `observations` has the schema of `shape` and no key twice. A different `source` alone makes no new row.
        """
        ...

    def encoded(self, plan: ImportPlan) -> EncodedBatch:
        """What takes most of the time of `append`, for doing it ahead in another thread; nothing is written."""
        ...

    def append(self, plan: ImportPlan, ahead: EncodedBatch | None = None) -> int:
        """Stores the plan's observations as one batch and returns the market's revision.

        `ahead` is what `encoded` made of this plan, or of it as it was before it was compared with the store again.
        Rows that became known since the plan was made are left out; without a row left there is no new batch.
        Raises StoreNotWritable, in which case nothing was stored.
        """
        ...


class ObservationImporter(Protocol):
    """Reads a file, checks it and compares it with the store; writes nothing."""

    def plan(self, order: ImportOrder) -> ImportPlan:
        """Raises FileNotUsable, MarketNotNamed, UnknownMarket."""
        ...

    def again(self, plan: ImportPlan) -> ImportPlan:
        """The plan compared with the store as it is now, from the rows it holds."""
        ...
