"""The observation store in Parquet files: one immutable file per import batch."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

import polars as pl

from dart_batch.adapters.market_data.batches import SHAPES, Batch, BatchFacts, BatchFolder, encode
from dart_batch.adapters.market_data.changes import changes_in
from dart_batch.adapters.market_data.columns import CODED, restored, restored_key
from dart_batch.adapters.market_data.coverage import (
    OBSERVED_SCHEMA,
    by_month,
    missing_sessions,
    months_of,
    per_name,
    span_of,
)
from dart_batch.adapters.market_data.exchange_calendar import ExchangeCalendars
from dart_batch.application.ports.calendar import Calendars, UnknownMarket
from dart_batch.application.ports.market_data import (
    COVERAGE_SCHEMA,
    KEY_OF,
    MONTH_SCHEMA,
    QUOTES_NAME,
    SCHEMA_OF,
    VALUES_OF,
    EncodedBatch,
    ImportPlan,
    NoSuchSeries,
    Shape,
)


class ParquetStore:
    """Observations under `<root>/<MARKET>/{series,quotes}/`. Safe for many readers and writers at once."""

    def __init__(self, root: Path, calendars: Calendars | None = None) -> None:
        self._root = root
        self._calendars = calendars or ExchangeCalendars()
        self._folders: dict[str, BatchFolder] = {}

    def __reduce__(self) -> tuple[type["ParquetStore"], tuple[Path, Calendars]]:
        """Travels without what it has listed."""
        return ParquetStore, (self._root, self._calendars)

    def revision(self, market: str) -> int:
        """Number of batches stored for the market; 0 when there is none."""
        return self._folder(market).revision()

    def series(self, market: str, names: Sequence[str], *, until: date, revision: int) -> pl.DataFrame:
        """SERIES_SCHEMA, sorted by series, session, known_at; see the port. Raises BatchUnreadable."""
        wanted = pl.col("series").is_in(list(names)) & (pl.col("session") <= until)
        batches = self._folder(market).batches("series", revision)
        return _resolved("series", batches).filter(wanted).sort(KEY_OF["series"]).collect()

    def quotes(
        self, market: str, *, until: date, revision: int, since: date = date.min, coded: bool = False
    ) -> pl.LazyFrame:
        """QUOTE_SCHEMA, lazy, in no promised order; see the port. Raises BatchUnreadable."""
        stored = self._folder(market).batches("quotes", revision)
        batches = [batch for batch in stored if batch.first <= until and batch.last >= since]
        inside = all(since <= batch.first and batch.last <= until for batch in batches)
        frame = _resolved("quotes", batches, coded=coded)
        return frame if inside else frame.filter(pl.col("session").is_between(since, until))

    def unknown(self, market: str, shape: Shape, observations: pl.DataFrame) -> pl.DataFrame:
        """The rows that are not stored with equal values, plus `corrects`; see the port."""
        folder = self._folder(market)
        if observations.is_empty():
            return observations.with_columns(corrects=pl.lit(False))
        first, last = span_of(observations)
        near = [
            batch for batch in folder.batches(shape, folder.revision()) if batch.first <= last and batch.last >= first
        ]
        if not near:
            return observations.with_columns(corrects=pl.lit(False))
        stored = _resolved(shape, near).filter(pl.col("session").is_between(first, last))
        return _differing(shape, observations, stored)

    def encoded(self, plan: ImportPlan) -> EncodedBatch:
        """The plan's observations as the content of a batch file; see the port."""
        rows = plan.observations.with_columns(corrects=pl.lit(False))
        return EncodedBatch(rows.height, encode(rows, _facts(plan, rows)))

    def append(self, plan: ImportPlan, ahead: EncodedBatch | None = None) -> int:
        """Stores the plan's observations as one batch and returns the market's revision; see the port."""
        folder = self._folder(plan.market)
        with folder.writing():
            revision = folder.revision()
            rows = self._rows_of(plan, revision)
            if rows.is_empty():
                return revision
            facts = _facts(plan, rows)
            unchanged = ahead is not None and ahead.rows == facts.rows and not facts.corrections
            return folder.publish(plan.shape, ahead.content if ahead and unchanged else encode(rows, facts))

    def fingerprint(self, market: str, revision: int) -> str:
        """SHA-256 over what each batch says about itself, and its size; see the port. Raises BatchUnreadable."""
        folder = self._folder(market)
        found = [
            (shape, one.number, asdict(one.facts), one.path.stat().st_size)
            for shape in SHAPES
            for one in folder.batches(shape, revision)
        ]
        return hashlib.sha256(json.dumps(found).encode()).hexdigest()

    def extent(
        self, market: str, names: Sequence[str] | None, *, quotes: bool, revision: int
    ) -> tuple[date, date] | None:
        """First and last session of what is named; only named series are read for it; see the port."""
        folder = self._folder(market)
        series, stocks = folder.batches("series", revision), folder.batches("quotes", revision) if quotes else []
        days = _ends(series) if names is None else _series_extent(series, names)
        days += _ends(stocks)
        return (min(days), max(days)) if days else None

    def changes(self, market: str, names: Sequence[str], *, quotes: bool, after: int, revision: int) -> pl.DataFrame:
        """CHANGE_SCHEMA, sorted by batch, name, session; see the port. Raises BatchUnreadable."""
        folder = self._folder(market)
        parts = [
            changes_in(shape, folder.batches(shape, revision), names, after)
            for shape in SHAPES
            if shape != "quotes" or quotes
        ]
        return pl.concat(parts).sort("batch", "name", "session")

    def coverage(self, market: str) -> pl.DataFrame:
        """COVERAGE_SCHEMA, sorted by name; see the port."""
        parts = [
            per_name(shape, observed, _corrections(shape, batches), self._sessions(market, *span_of(observed)))
            for shape, batches, observed in self._observed(market)
        ]
        return pl.concat([pl.DataFrame(schema=COVERAGE_SCHEMA), *parts]).sort("name")

    def coverage_by_month(self, market: str) -> pl.DataFrame:
        """MONTH_SCHEMA, sorted by name and month; see the port."""
        parts = [
            by_month(observed, self._sessions(market, *months_of(observed)))
            for _, _, observed in self._observed(market)
        ]
        return pl.concat([pl.DataFrame(schema=MONTH_SCHEMA), *parts]).sort("name", "month")

    def gaps(self, market: str, name: str) -> list[date]:
        """Sessions between the name's first and last observation that have none. Raises NoSuchSeries."""
        found = [observed.filter(pl.col("name") == name) for _, _, observed in self._observed(market)]
        observed = pl.concat([pl.DataFrame(schema=OBSERVED_SCHEMA), *found])
        if observed.is_empty():
            raise NoSuchSeries(f"{market} has no series called '{name}'.", market=market, name=name)
        return missing_sessions(observed, self._sessions(market, *span_of(observed)))

    def markets(self) -> list[str]:
        """Markets that have at least one observation, by name."""
        folders = sorted(path.name for path in self._root.iterdir() if path.is_dir()) if self._root.is_dir() else []
        return [name for name in folders if name.isalnum() and self.revision(name) > 0]

    def _folder(self, market: str) -> BatchFolder:
        name = market.upper()
        if not name.isalnum():
            raise UnknownMarket(f"'{market}' is no market's name.", hint="Use letters and digits only.", market=market)
        return self._folders.setdefault(name, BatchFolder(self._root / name))

    def _rows_of(self, plan: ImportPlan, revision: int) -> pl.DataFrame:
        if revision == plan.revision and plan.corrected_rows == 0:
            return plan.observations.with_columns(corrects=pl.lit(False))
        return self.unknown(plan.market, plan.shape, plan.observations)

    def _observed(self, market: str) -> list[tuple[Shape, list[Batch], pl.DataFrame]]:
        folder = self._folder(market)
        revision = folder.revision()
        stored = [(shape, folder.batches(shape, revision)) for shape in SHAPES]
        return [(shape, batches, _counted(shape, batches)) for shape, batches in stored if batches]

    def _sessions(self, market: str, first: date, last: date) -> list[date]:
        calendar = self._calendars.of(market)
        low, high = calendar.bounds
        return calendar.sessions(max(first, low), min(last, high)) if first <= high and last >= low else []


def _resolved(shape: Shape, batches: list[Batch], *, coded: bool = False) -> pl.LazyFrame:
    """Rows of the batches without those that a later one corrects. Disjoint batches cost no comparison."""
    if not batches:
        return pl.LazyFrame(schema={**SCHEMA_OF[shape]} | ({"ticker": CODED} if coded else {}))
    untouched = [batch for batch in batches if not _correcting(batch, batches)]
    corrected = [
        _without(shape, batch, _correcting(batch, batches)) for batch in batches if _correcting(batch, batches)
    ]
    plain = (pl.scan_parquet(batch.path).select(restored(shape, batch.tickers, coded=coded)) for batch in untouched)
    return pl.concat([*plain, *(rows.cast({"ticker": CODED}) if coded else rows for rows in corrected)])


def _correcting(batch: Batch, batches: list[Batch]) -> list[Batch]:
    return [
        later
        for later in batches
        if later.number > batch.number
        and later.facts.corrections
        and later.first <= batch.last
        and later.last >= batch.first
    ]


def _without(shape: Shape, batch: Batch, later: list[Batch]) -> pl.LazyFrame:
    key = list(KEY_OF[shape])
    replaced = [
        pl.scan_parquet(other.path).filter("corrects").select(restored_key(shape, other.tickers)) for other in later
    ]
    rows = pl.scan_parquet(batch.path).select(restored(shape, batch.tickers))
    return rows.join(pl.concat(replaced).unique(), on=key, how="anti")


def _differing(shape: Shape, observations: pl.DataFrame, stored: pl.LazyFrame) -> pl.DataFrame:
    key, values = list(KEY_OF[shape]), VALUES_OF[shape]
    known = stored.select(*key, *(pl.col(value).alias(f"{value}_stored") for value in values))
    equal = pl.all_horizontal(pl.col(value).eq_missing(pl.col(f"{value}_stored")) for value in values)
    texts = [pl.col("ticker").cast(pl.String)] if shape == "quotes" else []
    joined = (
        observations.lazy().with_columns(texts).join(known, on=key, how="left", maintain_order="left").filter(~equal)
    )
    corrects = pl.col(f"{values[0]}_stored").is_not_null().alias("corrects")
    return joined.select(*SCHEMA_OF[shape].keys(), corrects).collect()


def _ends(batches: Sequence[Batch]) -> list[date]:
    return [day for batch in batches for day in (batch.first, batch.last)]


def _series_extent(batches: list[Batch], names: Sequence[str]) -> list[date]:
    if not batches:
        return []
    rows = pl.scan_parquet([batch.path for batch in batches]).filter(pl.col("series").is_in(list(names)))
    days = rows.select(first=pl.col("session").min(), last=pl.col("session").max()).collect()
    return [day for day in days.row(0) if day is not None]


def _name(shape: Shape) -> pl.Expr:
    return pl.lit(QUOTES_NAME).alias("name") if shape == "quotes" else pl.col("series").alias("name")


def _counted(shape: Shape, batches: list[Batch]) -> pl.DataFrame:
    """OBSERVED_SCHEMA, sorted by name and session."""
    counted = _resolved(shape, batches).group_by(_name(shape), "session", "source").agg(rows=pl.len().cast(pl.Int64))
    return counted.sort("name", "session", "source").collect()


def _corrections(shape: Shape, batches: list[Batch]) -> pl.DataFrame:
    """name, corrections: how many stored rows replaced an earlier one; names without are absent."""
    named = pl.concat([pl.scan_parquet(batch.path).select("corrects", _name(shape)) for batch in batches])
    return named.filter("corrects").group_by("name").agg(corrections=pl.len().cast(pl.Int64)).collect()


def _facts(plan: ImportPlan, rows: pl.DataFrame) -> BatchFacts:
    return BatchFacts(
        rows=rows.height,
        corrections=int(rows["corrects"].sum()),
        first=str(rows["session"].min()),
        last=str(rows["session"].max()),
        file=plan.path.name,
        sha256=plan.digest,
        recorded_at=plan.order.recorded_at.isoformat(),
    )
