"""What is the matter with each day of an index: missing, failed, stale, revised, verified."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from dart_batch.application.day_facts import DayFacts
from dart_batch.application.definitions import UnknownDefinition, current_definition
from dart_batch.application.job_types.bases import observed
from dart_batch.application.job_types.corrections import Corrections
from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.market_data import MarketData
from dart_batch.application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.publication import Run, Segment
from dart_batch.domain.job.date_range import DateRange
from dart_batch.engine.axis import Int64
from dart_batch.engine.day_states import Bool, covered, day_numbers, latest

Seen = tuple[str, int, tuple[Segment, ...]]


@dataclass(frozen=True, slots=True)
class Survey:
    """Sessions of the calendar, ascending, and by state which of them are in it; a session may be in several."""

    sessions: list[date]
    states: dict[str, Bool]


@dataclass(frozen=True, slots=True)
class SurveyDays:
    """Callable use case; reads only. Of each index it remembers which sessions were stale, as long as neither its
    definition nor the observations nor what is published change.
    """

    uow: UnitOfWorkFactory
    market_data: MarketData
    calendars: Calendars
    _stale_ones: dict[tuple[str, str], tuple[Seen, list[Run]]] = field(default_factory=dict)

    def __call__(self, market: str, index: str, facts: DayFacts) -> Survey:
        """States of every session from the first to the last that is published or can be computed:

        published: it shows a value; withheld: it shows none; missing: nothing is published though there are
        observations; failed: the last job that was to compute it failed, or left it out; stale: its inputs were
        corrected since; revised: it has shown another value; verified: a passed validation computed what it shows
        afresh.
        """
        with self.uow() as uow:
            definition = _definition(uow, market, index)
            extent = self._extent(market, definition)
            shown = uow.publications.live(market, index, date.min, date.max)
            ends = _ends(shown, extent)
            if ends is None:
                return Survey([], {})
            sessions = self.calendars.of(market).sessions(*ends)
            axis = day_numbers(sessions)
            stale = self._stale(uow, market, definition, index, shown)
        live = np.isin(axis, _days(shown))
        withheld = np.isin(axis, _days(shown.filter("withheld")))
        states = {
            "published": live & ~withheld,
            "withheld": withheld,
            "missing": covered(axis, [extent or ends]) & ~live,
            "failed": _failed(axis, facts),
            "stale": covered(axis, stale) & live,
            "revised": np.isin(axis, day_numbers(facts.revised)) & live,
            "verified": np.isin(axis, _days(_verified(shown, facts))),
        }
        return Survey(sessions, states)

    def _extent(self, market: str, definition: Definition | None) -> Run | None:
        if definition is None:
            return None
        names, quotes = definition.series_inputs, definition.needs_quotes
        return self.market_data.extent(market, names, quotes=quotes, revision=self.market_data.revision(market))

    def _stale(
        self, uow: UnitOfWork, market: str, definition: Definition | None, index: str, shown: pl.DataFrame
    ) -> list[Run]:
        """Nothing is looked at in detail when all of it came from the newest observations."""
        revision = self.market_data.revision(market)
        if definition is None or shown.is_empty():
            return []
        ends = (shown["session"][0], shown["session"][-1])
        segments = uow.publications.segments(market, index, [ends])
        if all(int(seen) >= revision for *_, seen in observed(uow, market, segments)):
            return []
        seen: Seen = (definition.content_hash, revision, tuple(segments))
        known = self._stale_ones.get((market, index))
        if known is None or known[0] != seen:
            corrections = Corrections(market, definition, revision, self.market_data, self.calendars)
            plan, _ = corrections.plan(uow, DateRange(*ends))
            known = self._stale_ones[market, index] = (seen, [(run[0], run[-1]) for run in plan.runs])
        return known[1]


def _definition(uow: UnitOfWork, market: str, index: str) -> Definition | None:
    """Null for an index that was imported and that nothing here computes."""
    whole, _, selected = index.partition("[")
    try:
        definition = current_definition(uow, whole, [market])
    except UnknownDefinition:
        return None
    return definition.select(selected.rstrip("]").split("+")) if selected else definition


def _ends(shown: pl.DataFrame, extent: Run | None) -> Run | None:
    days = [*(extent or ()), *([] if shown.is_empty() else [shown["session"][0], shown["session"][-1]])]
    return (min(days), max(days)) if days else None


def _days(frame: pl.DataFrame) -> Int64:
    return frame["session"].to_physical().to_numpy().astype(np.int64)


def _failed(axis: Int64, facts: DayFacts) -> Bool:
    failed = latest(axis, [(one.first, one.last, one.at) for one in facts.failures])
    succeeded = latest(axis, [(one.first, one.last, one.at) for one in facts.successes])
    found: Bool = np.isfinite(failed) & (failed >= succeeded)
    return found


def _verified(shown: pl.DataFrame, facts: DayFacts) -> pl.DataFrame:
    """Readings that a validation looked at, and that were computed here: imported ones have no definition's hash."""
    own = shown.filter(pl.col("definition_hash") != "")
    parts = [own.head(0), *(_still_there(own, segments) for segments in facts.validated)]
    return pl.concat([part.select("session") for part in parts])


def _still_there(shown: pl.DataFrame, segments: tuple[Segment, ...]) -> pl.DataFrame:
    pieces = pl.DataFrame(
        {
            "session": [one.first for one in segments],
            "until": [one.last for one in segments],
            "by": [one.job_id for one in segments],
        },
        schema={"session": pl.Date, "until": pl.Date, "by": pl.String},
    )
    joined = shown.join_asof(pieces.sort("session"), on="session")
    return joined.filter(pl.col("session") <= pl.col("until"), pl.col("by") == pl.col("job_id"))
