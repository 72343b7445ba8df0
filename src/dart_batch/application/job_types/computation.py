"""The readings of one market for one job: computed once over columns, handed out by chunk."""

import hashlib
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.job_type import UNCOMPUTABLE
from dart_batch.application.ports.market_data import MarketData
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import PlanBroken
from dart_batch.domain.job.plan import Skip
from dart_batch.engine.axis import SessionAxis
from dart_batch.engine.compute import compute
from dart_batch.engine.lineage import Lineage, lineage

SAMPLE = 3
FORESIGHT = timedelta(days=30)


@dataclass(slots=True)
class Computation:
    """Pinned to the job's data revision (or to another `revision`), so that every chunk and every attempt sees the same
    observations.

    What lies ahead of a chunk is computed with it, up to `until` (null: all that was planned); `_ahead` limits that to
    a number of sessions from the chunk's first one on.
    """

    market: str
    job: BatchJob
    definition: Definition
    market_data: MarketData
    calendars: Calendars
    until: date | None = None
    revision: int | None = None
    _readings: pl.DataFrame | None = field(default=None)
    _ahead: int | None = None
    _inputs: tuple[SessionAxis, pl.DataFrame, pl.LazyFrame | None] | None = None

    def readings(self, chunk: Chunk) -> pl.DataFrame:
        """Readings of the chunk's sessions. Raises PlanBroken when there are more or fewer than planned."""
        if self._readings is None or not _covers(self._readings, chunk):
            self._readings = self._planned(self._from(chunk))
        return _of_chunk(_between(self._readings, chunk.first_session, chunk.last_session), chunk)

    def alone(self, chunk: Chunk) -> pl.DataFrame:
        """As `readings`, computing nothing but this chunk and keeping nothing."""
        return _of_chunk(self._planned(self._compute(chunk.first_session, chunk.last_session)), chunk)

    def loaded(self) -> "Computation":
        """This one, with everything it reads up to the last planned session at hand (quotes stay on disk)."""
        first, last = self._span()
        self._inputs = self._inputs or (self._axis(first, last), *self._observations(last))
        return self

    def reading_at_hand(self, last: date) -> "Computation":
        """This one, with everything it reads up to that session at hand (quotes stay on disk)."""
        self._inputs = (self._axis(last, last), *self._observations(last))
        return self

    def fresh(self, first: date, last: date, *, foreseeing: bool = False) -> pl.DataFrame:
        """Readings of all sessions from the first to the last one, planned or not. With `foreseeing` each session's
        as-of moment is taken to be FORESIGHT later than it is: what a system that looks ahead would have made of it.
        """
        if not foreseeing:
            return self._compute(first, last)
        axis, series, quotes = self._inputs or (self._axis(first, last), *self._observations(last))
        return compute(self.definition, axis.later(FORESIGHT), series, quotes, (first, last))

    def shed(self) -> None:
        """Drop what was read and computed, and compute half as many sessions ahead from now on."""
        self._readings = self._inputs = None
        self._ahead = (len(self.planned_sessions()) if self._ahead is None else self._ahead) // 2

    def planned_sessions(self) -> list[date]:
        """Sessions the plan says this job writes, ascending."""
        frame = pl.DataFrame({"session": self.calendars.of(self.market).sessions(*self._span())})
        return self._planned(frame)["session"].to_list()

    def recomputed(self, stored: pl.DataFrame) -> CheckResult:
        """Compute a sample of sessions afresh, each alone, and compare every byte with what is stored."""
        rows = sample(stored, self.job.id)
        fresh = [self._compute(day, day) for day in rows["session"]]
        differing = [
            str(again["session"][0])
            for again in fresh
            if not again.equals(rows.filter(pl.col("session") == again["session"][0]))
        ]
        return CheckResult("recomputation", "error", rows.height, len(differing), tuple(differing))

    def explain(self, session: date) -> Lineage:
        """The observations that the job's reading of one session came from. Raises UnknownSession."""
        return lineage(self.definition, self._axis(session, session), session, *self._observations(session))

    def _from(self, chunk: Chunk) -> pl.DataFrame:
        """What lies ahead at once; when that cannot be computed, this chunk and every later one alone."""
        last = self._last(chunk)
        try:
            return self._compute(chunk.first_session, last)
        except UNCOMPUTABLE:
            if last == chunk.last_session:
                raise
        self._ahead = 0
        return self._compute(chunk.first_session, chunk.last_session)

    def _last(self, chunk: Chunk) -> date:
        if self._ahead is None:
            return max(chunk.last_session, self.until or self._span()[1])
        days = self.planned_sessions()
        first = bisect_left(days, chunk.first_session)
        return max([chunk.last_session, *days[first : first + self._ahead]])

    def _compute(self, first: date, last: date) -> pl.DataFrame:
        inputs = self._inputs or (self._axis(first, last), *self._observations(last))
        return compute(self.definition, *inputs, (first, last))

    def _axis(self, first: date, last: date) -> SessionAxis:
        calendar = self.calendars.of(self.market)
        sessions = calendar.sessions(self._origin(first), last)
        return SessionAxis.build(
            sessions, [calendar.local_time(session, self.definition.as_of) for session in sessions]
        )

    def _observations(self, last: date) -> tuple[pl.DataFrame, pl.LazyFrame | None]:
        names = self.definition.series_inputs
        series = self.market_data.series(self.market, names, until=last, revision=self._revision)
        quotes = None
        if self.definition.needs_quotes:
            quotes = self.market_data.quotes(self.market, until=last, revision=self._revision, coded=True)
        return series, quotes

    def _origin(self, first: date) -> date:
        names, quotes = self.definition.series_inputs, self.definition.needs_quotes
        found = self.market_data.extent(self.market, names, quotes=quotes, revision=self._revision)
        return min(first, found[0]) if found else first

    @property
    def _revision(self) -> int:
        return self.job.plan["dataRevisions"][self.market] if self.revision is None else self.revision

    def _span(self) -> tuple[date, date]:
        runs = self.job.plan["runs"][self.market]
        return date.fromisoformat(runs[0][0]), date.fromisoformat(runs[-1][1])

    def _planned(self, frame: pl.DataFrame) -> pl.DataFrame:
        skips = [Skip.from_dict(raw) for raw in self.job.plan["skips"]]
        for skip in skips:
            if skip.market == self.market:
                frame = frame.filter(~pl.col("session").is_between(skip.first, skip.last))
        return frame


def _of_chunk(readings: pl.DataFrame, chunk: Chunk) -> pl.DataFrame:
    if readings.height != chunk.items:
        planned, now = chunk.items, readings.height
        raise PlanBroken(f"Chunk {chunk.number} was planned with {planned} sessions, now it has {now}.")
    return readings


def _covers(readings: pl.DataFrame, chunk: Chunk) -> bool:
    days = readings["session"]
    return len(days) > 0 and bool(days[0] <= chunk.first_session and chunk.last_session <= days[-1])


def _between(readings: pl.DataFrame, first: date, last: date) -> pl.DataFrame:
    days = readings["session"]
    begin = bisect_left(days, first)
    return readings.slice(begin, bisect_right(days, last) - begin)


def sample(stored: pl.DataFrame, seed: str) -> pl.DataFrame:
    """At most SAMPLE rows, spread evenly from a place that the seed says."""
    if stored.is_empty():
        return stored
    start = int(hashlib.sha256(seed.encode()).hexdigest()[:8], 16)
    picks = sorted({(start + k * stored.height // SAMPLE) % stored.height for k in range(SAMPLE)})
    return stored[picks]
