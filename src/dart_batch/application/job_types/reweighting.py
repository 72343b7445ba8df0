"""Recalculation by weights alone: the scores of published readings, put together anew."""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from dart_batch.application.job_types.bases import base_segments, runs_of
from dart_batch.application.job_types.computation import Computation, sample
from dart_batch.application.job_types.generation import Generation
from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.job_type import UNCOMPUTABLE
from dart_batch.application.ports.market_data import MarketData
from dart_batch.application.ports.unit_of_work import ChunkOutcome, UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.index.publication import Run, clipped
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import PlanBroken
from dart_batch.engine.lineage import Lineage
from dart_batch.engine.reweighting import reweight
from dart_batch.engine.verification import verify_readings

REUSED = "reused"


@dataclass(slots=True)
class ReweightingWork:
    """Reads what the job was planned against: `ahead` sessions at once, by chunk when that cannot be done or kept."""

    generation: Generation
    uow: UnitOfWorkFactory
    market_data: MarketData
    calendars: Calendars
    ahead: int
    _block: tuple[Chunk, pl.DataFrame] | None = None
    _days: dict[str, list[date]] = field(default_factory=dict)

    def process(self, chunk: Chunk) -> pl.DataFrame:
        """Readings of the chunk's sessions. Raises PlanBroken when published readings were deleted meanwhile."""
        readings = self._readings(chunk).filter(pl.col("session").is_between(chunk.first_session, chunk.last_session))
        if readings.height != chunk.items:
            found = f"{readings.height} of its {chunk.items} sessions"
            raise PlanBroken(f"Chunk {chunk.number} was planned from readings of which only {found} are there.")
        return readings

    def sessions(self, market: str) -> list[date]:
        """Sessions that the plan says this job writes."""
        return self._computation(market).planned_sessions()

    def shed(self) -> None:
        """Drop what was read, and read by chunk from now on."""
        self._block, self.ahead = None, 0

    def store(self, uow: UnitOfWork, chunk: Chunk, result: pl.DataFrame, at: datetime) -> ChunkOutcome:
        """Append the chunk's readings to the generation."""
        return self.generation.store(uow, chunk, result, at)

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        """Checks of the job's validation level over everything stored."""
        stored = self.generation.read(uow)
        return [check for market in stored for check in self._verify(market, stored[market].frame)]

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        """Publish or stage the generation."""
        return self.generation.conclude(uow, at)

    def explain(self, market: str, session: date) -> Lineage:
        """The observations that the scores of the job's reading of one session came from."""
        return self._computation(market, session).explain(session)

    def _readings(self, chunk: Chunk) -> pl.DataFrame:
        if self._block is None or not _covers(self._block[0], chunk):
            self._block, part = None, self._part(chunk)
            try:
                self._block = (part, self._reweighted(part))
            except UNCOMPUTABLE:
                if part == chunk:
                    raise
                self.ahead = 0
                self._block = (chunk, self._reweighted(chunk))
        return self._block[1]

    def _part(self, chunk: Chunk) -> Chunk:
        """The chunk, and what is planned next to it up to the number of sessions that are read ahead."""
        if chunk.items >= self.ahead:
            return chunk
        days = self._planned(chunk.market)
        begin = bisect_left(days, chunk.first_session)
        return chunk.part(days[begin : begin + self.ahead])

    def _reweighted(self, part: Chunk) -> pl.DataFrame:
        segments = base_segments(self.generation.job, part.market)
        inside = [
            (max(first, part.first_session), min(last, part.last_session))
            for first, last in self._runs(part.market)
            if first <= part.last_session and part.first_session <= last
        ]
        with self.uow() as uow:
            base = uow.generations.shown(part.market, clipped(segments, inside))
        return reweight(self.generation.definition, base)

    def _planned(self, market: str) -> list[date]:
        if market not in self._days:
            self._days[market] = self.sessions(market)
        return self._days[market]

    def _verify(self, market: str, stored: pl.DataFrame) -> list[CheckResult]:
        thorough, left_out = self.generation.thorough, self.generation.left_out(market)
        expected = [session for session in self.sessions(market) if session not in left_out]
        results = verify_readings(stored, expected, self.generation.definition, thorough=thorough)
        return [*results, self._recomputed(market, stored)] if thorough else results

    def _recomputed(self, market: str, stored: pl.DataFrame) -> CheckResult:
        rows = [row for row in sample(stored, self.generation.job.id).iter_slices(1)]
        checks = [self._computation(market, row["session"][0]).recomputed(row) for row in rows]
        examples = tuple(example for check in checks for example in check.examples)
        return CheckResult("recomputation", "error", len(rows), len(examples), examples)

    def _computation(self, market: str, session: date | None = None) -> Computation:
        """Pinned to the observations behind the session's reading."""
        job, definition, seen = self.generation.job, self.generation.definition, str(session)
        pieces = job.plan["observed"][market]
        revision = next((int(number) for first, last, number in pieces if first <= seen <= last), None)
        return Computation(market, job, definition, self.market_data, self.calendars, revision=revision)

    def _runs(self, market: str) -> list[Run]:
        return runs_of(self.generation.job.plan["runs"][market])


def _covers(block: Chunk, chunk: Chunk) -> bool:
    same = block.market == chunk.market
    return same and block.first_session <= chunk.first_session and chunk.last_session <= block.last_session
