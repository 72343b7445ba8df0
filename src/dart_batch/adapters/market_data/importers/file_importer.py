"""Plans the import of a file: read, type, check, compare with the store. Nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from dart_batch.adapters.market_data.coverage import span_of
from dart_batch.adapters.market_data.importers.checking import Check, run_checks
from dart_batch.adapters.market_data.importers.layouts import (
    BARS,
    Detected,
    Layout,
    canonical_names,
    instrument_name,
    layout_of,
    market_of,
)
from dart_batch.adapters.market_data.importers.observations import moments_known, to_observations, without_doubles
from dart_batch.adapters.market_data.importers.parsing import Lines, canonical, parse
from dart_batch.adapters.market_data.importers.row_checks import bar_checks, day_checks, moment_checks, plain_bars
from dart_batch.adapters.market_data.importers.table import read_columns, read_table
from dart_batch.adapters.market_data.importers.unit_break_findings import UNIT_BREAK, unit_break_findings
from dart_batch.application.ports.calendar import Calendars, TradingCalendar
from dart_batch.application.ports.market_data import (
    QUOTES_NAME,
    Finding,
    ImportOrder,
    ImportPlan,
    MarketNotNamed,
    ObservationStore,
    Shape,
)
from dart_batch.engine.unit_breaks import unit_breaks, volume_levels

NEARBY, DAY = timedelta(days=45), timedelta(days=1)
SEVERITIES = ("error", "warning", "info")
TICKER_DIGITS = {"XKRX": 6}


@dataclass(frozen=True, slots=True)
class _Content:
    rows: int
    observations: pl.DataFrame
    findings: tuple[Finding, ...]


class FileImporter:
    """Plans imports of CSV and Parquet files into one store."""

    def __init__(self, store: ObservationStore, calendars: Calendars) -> None:
        self._store = store
        self._calendars = calendars

    def detect(self, path: Path) -> Detected:
        """Layout, market (None when the name does not tell) and name of a file by its header. Raises FileNotUsable."""
        columns = list(canonical_names(read_columns(path)).values())
        layout = layout_of(path, columns, None)
        return Detected(layout, market_of(path, self._calendars.markets()), instrument_name(path))

    def plan(self, order: ImportOrder) -> ImportPlan:
        """What the import would do. Raises FileNotUsable, MarketNotNamed, UnknownMarket."""
        calendar = self._calendars.of(self._market(order))
        table = read_table(order.path)
        frame = canonical(table)
        layout = layout_of(order.path, [column for column in frame.columns if column != "line"], order.shape)
        content = _content(order, frame, layout, calendar)
        revision = self._store.revision(calendar.market)
        unknown = self._store.unknown(calendar.market, layout.shape, content.observations)
        corrected = int(unknown["corrects"].sum())
        breaks = self._unit_breaks(calendar.market, layout.shape, content.observations, revision)
        first, last = (None, None) if content.observations.is_empty() else span_of(content.observations)
        return ImportPlan(
            order=order,
            market=calendar.market,
            shape=layout.shape,
            rows=content.rows,
            new_rows=unknown.height - corrected,
            corrected_rows=corrected,
            known_rows=content.observations.height - unknown.height,
            first_session=first,
            last_session=last,
            names=_names(layout.shape, content.observations),
            findings=_sorted([*content.findings, *breaks]),
            dropped_rows=content.rows - content.observations.height,
            digest=table.digest,
            revision=revision,
            observations=unknown.drop("corrects"),
        )

    def again(self, plan: ImportPlan) -> ImportPlan:
        """The plan compared with the store as it is now, from the rows it holds; the file is not read again."""
        revision = self._store.revision(plan.market)
        if revision == plan.revision:
            return plan
        unknown = self._store.unknown(plan.market, plan.shape, plan.observations)
        corrected = int(unknown["corrects"].sum())
        found = tuple(one for one in plan.findings if one.code == UNIT_BREAK)
        if plan.shape == "series" or not found:
            found = self._breaks_beside(plan.market, plan.shape, plan.observations, revision)
        return replace(
            plan,
            new_rows=unknown.height - corrected,
            corrected_rows=corrected,
            known_rows=plan.known_rows + plan.observations.height - unknown.height,
            findings=_sorted([*(one for one in plan.findings if one.code != UNIT_BREAK), *found]),
            revision=revision,
            observations=unknown.drop("corrects"),
        )

    def _market(self, order: ImportOrder) -> str:
        market = order.market or market_of(order.path, self._calendars.markets())
        if market is None:
            raise MarketNotNamed(f"The name of {order.path} does not say which market it belongs to.", path=order.path)
        return market

    def _unit_breaks(self, market: str, shape: Shape, rows: pl.DataFrame, revision: int) -> tuple[Finding, ...]:
        """Breaks of a file: those inside it or, of quotes without any, those beside what is stored."""
        inside = unit_breaks(volume_levels(rows)) if shape == "quotes" else pl.DataFrame()
        return unit_break_findings(inside) or self._breaks_beside(market, shape, rows, revision)

    def _breaks_beside(self, market: str, shape: Shape, rows: pl.DataFrame, revision: int) -> tuple[Finding, ...]:
        if rows.is_empty() or (shape == "quotes" and not revision):
            return ()
        levels = self._series_levels if shape == "series" else self._levels_across
        return unit_break_findings(unit_breaks(levels(market, rows, revision)))

    def _series_levels(self, market: str, rows: pl.DataFrame, revision: int) -> pl.DataFrame:
        first, last = span_of(rows)
        names = rows["series"].unique().to_list()
        stored = self._store.series(market, names, until=last + NEARBY, revision=revision)
        near = stored.filter(_beside(first, last))
        both = pl.concat([rows.cast(near.collect_schema()), near]).sort("series", "session", "known_at")
        return both.group_by(name="series", session="session").agg(level=pl.col("value").last())

    def _levels_across(self, market: str, rows: pl.DataFrame, revision: int) -> pl.DataFrame:
        """Volume levels near both ends of the rows, of the stocks that the store and the rows have in common."""
        first, last = span_of(rows)
        begin, end = (rows["session"].search_sorted(day) for day in (first + NEARBY, last - NEARBY + DAY))
        ends = pl.concat([rows[:begin], rows[max(begin, end) :]])
        inside = ends.select("session", pl.col("ticker").cast(pl.String), "volume")
        stored = self._store.quotes(market, since=first - NEARBY, until=last + NEARBY, revision=revision)
        outside = stored.filter(_beside(first, last)).select("session", "ticker", "volume").collect()
        held = [part["ticker"].unique() for part in (inside, outside)]
        common = held[0].filter(held[0].is_in(held[1].implode()))
        both = pl.concat([inside, outside])
        return volume_levels(both.filter(pl.col("ticker").is_in(common.implode())))


def _content(order: ImportOrder, frame: pl.DataFrame, layout: Layout, calendar: TradingCalendar) -> _Content:
    lines = parse(
        frame, layout, source=order.source or order.path.name, ticker_digits=TICKER_DIGITS.get(calendar.name, 0)
    )
    days = lines.frame["session"].drop_nulls().unique().sort().to_list()
    checks = [*lines.checks, *day_checks(calendar, days, order.recorded_at), *_bar_checks(lines, layout)]
    if days and "known_at" in frame.columns:
        checks += moment_checks(calendar, days)
    findings, unusable = run_checks(lines.frame, checks, _plain(lines, layout))
    rows = to_observations(
        lines,
        ~unusable,
        layout,
        name=order.name or instrument_name(order.path),
        moments=moments_known(calendar, days, order.lag),
    )
    kept, doubled = without_doubles(layout.shape, rows)
    return _Content(lines.rows, kept, (*findings, *doubled, *lines.unused))


def _bar_checks(lines: Lines, layout: Layout) -> list[Check]:
    complete = layout in (Layout.QUOTES, Layout.INSTRUMENT) and set(BARS) <= set(lines.values)
    return bar_checks() if complete else []


def _plain(lines: Lines, layout: Layout) -> pl.Expr | None:
    """Whether a line of quotes passes the checks of its cells and of its bar at a glance; None for other layouts."""
    return lines.whole & plain_bars(lines.frame.schema["volume"]) if layout is Layout.QUOTES else None


def _names(shape: Shape, observations: pl.DataFrame) -> tuple[str, ...]:
    if shape == "quotes":
        return () if observations.is_empty() else (QUOTES_NAME,)
    return tuple(observations["series"].unique().sort())


def _beside(first: date, last: date) -> pl.Expr:
    session = pl.col("session")
    return session.is_between(first - NEARBY, last + NEARBY) & ~session.is_between(first, last)


def _sorted(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: SEVERITIES.index(one.severity)))
