"""Which published sessions corrections of their inputs affect, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from dart_batch.application.definitions import definition_of
from dart_batch.application.job_types.bases import observed, runs_of
from dart_batch.application.job_types.sessions import MarketPlan, plan_market
from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.market_data import MarketData
from dart_batch.application.ports.unit_of_work import UnitOfWork
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.job.date_range import DateRange
from dart_batch.engine.axis import Int64, SessionAxis
from dart_batch.engine.corrections import HASH_SCHEMA, Bool, Touches, input_hashes, runs
from dart_batch.engine.lookback import lookback_sessions

UNCHANGED = "its inputs have not changed"
NOT_PUBLISHED = "nothing is published for it; a backfill adds it"
NAMES_SHOWN = 4
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Corrections:
    """Compares what readings of a market's index were computed from with what is stored at `revision`."""

    market: str
    definition: Definition
    revision: int
    market_data: MarketData
    calendars: Calendars

    def plan(self, uow: UnitOfWork, span: DateRange) -> tuple[MarketPlan, list[str]]:
        """The published sessions of the definition whose input hash is another now; and a cause for each run."""
        shown = self._shown(uow, span)
        axis = self._axis(span.end)
        touches, computed_at = self._touches(axis, shown)
        affected = self._affected(axis, shown, touches, computed_at)
        sessions = self.calendars.of(self.market).sessions(span.start, span.end)
        plan = plan_market(self.market, sessions, _reasons(uow, self.definition, shown, affected), shown)
        return plan, [_cause(axis, touches, computed_at, run) for run in plan.runs]

    def _shown(self, uow: UnitOfWork, span: DateRange) -> pl.DataFrame:
        """session, input_hash, definition_hash, computed_at (the data revision) of what is live, by session."""
        segments = uow.publications.segments(self.market, self.definition.name, [(span.start, span.end)])
        pieces = observed(uow, self.market, segments)
        since = pl.DataFrame(
            {"session": [first for first, _ in runs_of(pieces)], "computed_at": [int(piece[2]) for piece in pieces]},
            schema={"session": pl.Date, "computed_at": pl.Int64},
        )
        shown = uow.generations.shown(self.market, segments, components=False).select(
            "session", "input_hash", "definition_hash"
        )
        return shown.join_asof(since, on="session")

    def _axis(self, last: date) -> SessionAxis:
        calendar = self.calendars.of(self.market)
        extent = self._extent(self.revision)
        sessions = calendar.sessions(extent[0], last) if extent else []
        return SessionAxis.build(sessions, [calendar.local_time(day, self.definition.as_of) for day in sessions])

    def _extent(self, revision: int) -> tuple[date, date] | None:
        names, quotes = self.definition.series_inputs, self.definition.needs_quotes
        return self.market_data.extent(self.market, names, quotes=quotes, revision=revision)

    def _touches(self, axis: SessionAxis, shown: pl.DataFrame) -> tuple[Touches, Int64]:
        """What came later than the oldest of the readings, and the revision each session was computed at."""
        own = shown.filter(pl.col("definition_hash") == self.definition.content_hash)
        computed_at = np.full(len(axis), NEVER, dtype=np.int64)
        days = own["session"].to_physical().to_numpy().astype(np.int64)
        there = np.isin(days, axis.days)
        computed_at[np.searchsorted(axis.days, days[there])] = own["computed_at"].to_numpy()[there]
        after = min(int(computed_at.min(initial=NEVER)), self.revision)
        names, quotes = self.definition.series_inputs, self.definition.needs_quotes
        changes = self.market_data.changes(self.market, names, quotes=quotes, after=after, revision=self.revision)
        return Touches.of(self.definition, axis, changes), computed_at

    def _affected(self, axis: SessionAxis, shown: pl.DataFrame, touches: Touches, computed_at: Int64) -> set[date]:
        fresh = self._hashes(axis, self._candidates(touches, computed_at)).rename({"input_hash": "fresh"})
        own = shown.filter(pl.col("definition_hash") == self.definition.content_hash)
        differing = own.join(fresh, on="session").filter(pl.col("input_hash") != pl.col("fresh"))
        return set(differing["session"].to_list())

    def _candidates(self, touches: Touches, computed_at: Int64) -> Bool:
        """Where history begins earlier than it did, every session may see other rows at its beginning."""
        before = self._extent(int(computed_at.min(initial=self.revision)))
        now = self._extent(self.revision)
        if before is not None and now is not None and now[0] < before[0]:
            earlier: Bool = computed_at < self.revision
            return earlier
        return touches.candidates(computed_at)

    def _hashes(self, axis: SessionAxis, wanted: Bool) -> pl.DataFrame:
        spans = [
            (_day(axis, first), _day(axis, last)) for first, last in runs(wanted, lookback_sessions(self.definition))
        ]
        if not spans:
            return pl.DataFrame(schema=HASH_SCHEMA)
        until, quotes = spans[-1][1], None
        series = self.market_data.series(
            self.market, self.definition.series_inputs, until=until, revision=self.revision
        )
        if self.definition.needs_quotes:
            quotes = self.market_data.quotes(self.market, until=until, revision=self.revision, coded=True)
        return pl.concat([input_hashes(self.definition, axis, series, quotes, span) for span in spans])


def _reasons(
    uow: UnitOfWork, definition: Definition, shown: pl.DataFrame, affected: set[date]
) -> Callable[[date], str | None]:
    others = shown.filter(pl.col("definition_hash") != definition.content_hash)
    names = {found: _named(uow, found) for found in others["definition_hash"].unique().to_list()}
    by_day = {day: names[found] for day, found in others.select("session", "definition_hash").iter_rows()}
    published = set(shown["session"].to_list())

    def reason(session: date) -> str | None:
        if session in affected:
            return None
        if session in by_day:
            return f"published by {by_day[session]}; name that definition to mend it"
        return UNCHANGED if session in published else NOT_PUBLISHED

    return reason


def _named(uow: UnitOfWork, content_hash: str) -> str:
    known = definition_of(uow, content_hash)
    return known.identifier if known else f"a definition that is not stored ({content_hash[:12]})"


def _cause(axis: SessionAxis, touches: Touches, computed_at: Int64, run: Sequence[date]) -> str:
    first, last = axis.position(run[0]), axis.position(run[-1])
    seen = touches.seen_in(first, last, int(computed_at[first : last + 1].min()))
    grouped = seen.group_by("name").agg(
        pl.col("rows").sum(), pl.col("session").min().alias("first"), pl.col("session").max().alias("last")
    )
    parts = [_part(*row) for row in grouped.sort("name").iter_rows()]
    rest = f"; and {len(parts) - NAMES_SHOWN} more" if len(parts) > NAMES_SHOWN else ""
    return f"new or corrected: {'; '.join(parts[:NAMES_SHOWN])}{rest}"


def _part(name: str, rows: int, first: date, last: date) -> str:
    days = str(first) if first == last else f"{first}..{last}"
    return f"{name} {days}" + ("" if rows == 1 else f" ({rows:,} observations)")


def _day(axis: SessionAxis, place: int) -> date:
    return date.fromisoformat(str(np.datetime64(int(axis.days[place]), "D")))
