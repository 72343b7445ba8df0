"""The observation store in memory, plain Python; and makers of observations and plans."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.market_data import (
    CHANGE_SCHEMA,
    COVERAGE_SCHEMA,
    KEY_OF,
    MONTH_SCHEMA,
    QUOTES_NAME,
    SCHEMA_OF,
    VALUES_OF,
    EncodedBatch,
    ImportOrder,
    ImportPlan,
    NoSuchSeries,
    ObservationStore,
    Shape,
)
from fakes.calendar import FakeCalendars

Row = dict[str, Any]
RECORDED = datetime(2024, 1, 31, 9, 0, tzinfo=UTC)


class FakeMarketData:
    def __init__(self, calendars: Calendars | None = None) -> None:
        self._calendars = calendars or FakeCalendars()
        self._batches: dict[str, list[tuple[Shape, list[Row]]]] = defaultdict(list)

    def revision(self, market: str) -> int:
        return len(self._batches[market.upper()])

    def fingerprint(self, market: str, revision: int) -> str:
        return repr(self._batches[market.upper()][:revision])

    def series(self, market: str, names: Sequence[str], *, until: date, revision: int) -> pl.DataFrame:
        rows = [row for row in self._visible(market, "series", revision) if row["series"] in names]
        return _frame("series", [row for row in rows if row["session"] <= until]).sort(KEY_OF["series"])

    def quotes(
        self, market: str, *, until: date, revision: int, since: date = date.min, coded: bool = False
    ) -> pl.LazyFrame:
        rows = self._visible(market, "quotes", revision)
        frame = _frame("quotes", [row for row in rows if since <= row["session"] <= until]).lazy()
        return frame.cast({"ticker": pl.Categorical()}) if coded else frame

    def unknown(self, market: str, shape: Shape, observations: pl.DataFrame) -> pl.DataFrame:
        known = {_key(shape, row): row for row in self._visible(market, shape, self.revision(market))}
        rows = [
            row | {"corrects": _key(shape, row) in known}
            for row in observations.to_dicts()
            if not _same(shape, row, known.get(_key(shape, row)))
        ]
        return pl.DataFrame(rows, schema=pl.Schema({**SCHEMA_OF[shape], "corrects": pl.Boolean()}))

    def encoded(self, plan: ImportPlan) -> EncodedBatch:
        return EncodedBatch(plan.observations.height, memoryview(b""))

    def append(self, plan: ImportPlan, ahead: EncodedBatch | None = None) -> int:
        rows = self.unknown(plan.market, plan.shape, plan.observations).to_dicts()
        if rows:
            self._batches[plan.market.upper()].append((plan.shape, rows))
        return self.revision(plan.market)

    def extent(
        self, market: str, names: Sequence[str] | None, *, quotes: bool, revision: int
    ) -> tuple[date, date] | None:
        rows = [row for row in self._visible(market, "series", revision) if names is None or row["series"] in names]
        rows += self._visible(market, "quotes", revision) if quotes else []
        days = [row["session"] for row in rows]
        return (min(days), max(days)) if days else None

    def changes(self, market: str, names: Sequence[str], *, quotes: bool, after: int, revision: int) -> pl.DataFrame:
        wanted = {*names, *([QUOTES_NAME] if quotes else [])}
        found: dict[tuple[int, str, date], list[datetime]] = defaultdict(list)
        known: dict[tuple[str, date], list[datetime]] = defaultdict(list)
        for number, (_, rows) in enumerate(self._batches[market.upper()][:revision], start=1):
            for row in rows:
                name = row.get("series", QUOTES_NAME)
                known[name, row["session"]].append(row["known_at"])
                if number > after and name in wanted:
                    found[number, name, row["session"]].append(row["known_at"])
        changed = [
            (batch, name, day, len(moments), min(moments), max(known[name, day]))
            for (batch, name, day), moments in sorted(found.items())
        ]
        return pl.DataFrame(changed, schema=CHANGE_SCHEMA, orient="row")

    def coverage(self, market: str) -> pl.DataFrame:
        rows = []
        for (shape, name), observed in self._by_name(market).items():
            days = {row["session"] for row in observed}
            rows.append(
                {
                    "name": name,
                    "shape": shape,
                    "first": min(days),
                    "last": max(days),
                    "rows": len(observed),
                    "missing": len(self.gaps(market, name)),
                    "corrections": self._corrections(market, shape, name),
                    "sources": sorted({row["source"] for row in observed}),
                }
            )
        return pl.DataFrame(rows, schema=COVERAGE_SCHEMA).sort("name")

    def coverage_by_month(self, market: str) -> pl.DataFrame:
        rows = []
        for (_, name), observed in self._by_name(market).items():
            days = {row["session"] for row in observed}
            sessions = self._sessions(market, min(days).replace(day=1), _month_end(max(days)))
            rows += [
                {
                    "name": name,
                    "month": month,
                    "present": sum(day.replace(day=1) == month for day in days & set(sessions)),
                    "sessions": sum(day.replace(day=1) == month for day in sessions),
                }
                for month in sorted({day.replace(day=1) for day in sessions})
            ]
        return pl.DataFrame(rows, schema=MONTH_SCHEMA).sort("name", "month")

    def gaps(self, market: str, name: str) -> list[date]:
        days = {row["session"] for (_, found), rows in self._by_name(market).items() if found == name for row in rows}
        if not days:
            raise NoSuchSeries(f"{market} has no series called '{name}'.")
        return [day for day in self._sessions(market, min(days), max(days)) if day not in days]

    def markets(self) -> list[str]:
        return sorted(market for market, batches in self._batches.items() if batches)

    def _visible(self, market: str, shape: Shape, revision: int) -> list[Row]:
        visible: dict[tuple[object, ...], Row] = {}
        for found, rows in self._batches[market.upper()][:revision]:
            visible |= {_key(shape, row): row for row in rows if found == shape}
        return list(visible.values())

    def _by_name(self, market: str) -> dict[tuple[Shape, str], list[Row]]:
        grouped: dict[tuple[Shape, str], list[Row]] = defaultdict(list)
        for row in self._visible(market, "series", self.revision(market)):
            grouped["series", row["series"]].append(row)
        for row in self._visible(market, "quotes", self.revision(market)):
            grouped["quotes", QUOTES_NAME].append(row)
        return grouped

    def _corrections(self, market: str, shape: Shape, name: str) -> int:
        batches = [rows for found, rows in self._batches[market.upper()] if found == shape]
        return sum(row["corrects"] for rows in batches for row in rows if row.get("series", QUOTES_NAME) == name)

    def _sessions(self, market: str, first: date, last: date) -> list[date]:
        return self._calendars.of(market).sessions(first, last)


def series_frame(
    rows: Sequence[tuple[str, date, float]], *, known_at: datetime | None = None, source: str = "test"
) -> pl.DataFrame:
    """Series observations, known at 06:30 UTC of their session unless a moment is given."""
    return _frame(
        "series",
        [
            {"series": name, "session": day, "value": value, "source": source, "known_at": known_at or _close(day)}
            for name, day, value in rows
        ],
    )


def quote_frame(rows: Sequence[tuple[str, date, float, int]], *, known_at: datetime | None = None) -> pl.DataFrame:
    """Quotes with (ticker, session, close, volume), open = high = low = close."""
    return _frame(
        "quotes",
        [
            dict.fromkeys(("open", "high", "low", "close"), close)
            | {
                "ticker": ticker,
                "session": day,
                "volume": volume,
                "source": "test",
                "known_at": known_at or _close(day),
            }
            for ticker, day, close, volume in rows
        ],
    )


def append(store: ObservationStore, market: str, observations: pl.DataFrame) -> int:
    """Appends observations as one batch, the way an import does, and returns the revision."""
    return store.append(plan_of(store, market, observations))


def plan_of(store: ObservationStore, market: str, observations: pl.DataFrame) -> ImportPlan:
    """The plan an importer would make of the observations."""
    shape: Shape = "quotes" if "ticker" in observations.columns else "series"
    revision = store.revision(market)
    unknown = store.unknown(market, shape, observations)
    corrected = int(unknown["corrects"].sum())
    return ImportPlan(
        order=ImportOrder(Path("observations.csv"), RECORDED),
        market=market,
        shape=shape,
        rows=observations.height,
        new_rows=unknown.height - corrected,
        corrected_rows=corrected,
        known_rows=observations.height - unknown.height,
        first_session=None,
        last_session=None,
        names=(),
        digest="0" * 64,
        revision=revision,
        observations=unknown.drop("corrects"),
    )


def _frame(shape: Shape, rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA_OF[shape])


def _close(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 6, 30, tzinfo=UTC)


def _month_end(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1) - timedelta(days=1)


def _key(shape: Shape, row: Row) -> tuple[object, ...]:
    return tuple(row[column] for column in KEY_OF[shape])


def _same(shape: Shape, row: Row, known: Row | None) -> bool:
    return known is not None and all(row[column] == known[column] for column in VALUES_OF[shape])
