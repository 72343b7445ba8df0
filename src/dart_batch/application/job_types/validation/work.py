"""A validation made ready to run."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial

import polars as pl

from dart_batch.application.job_types.bases import base_segments
from dart_batch.application.job_types.validation.examining import Ground, ReadingsExaminer
from dart_batch.application.job_types.validation.observing import ObservationsExaminer
from dart_batch.application.job_types.validation.recomputing import Recomputer
from dart_batch.application.job_types.validation.recorded import origin_rows, records_of
from dart_batch.application.job_types.validation.stored import origins_of, pieces_of, rows_of
from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.market_data import MarketData
from dart_batch.application.ports.unit_of_work import (
    INFO,
    WARNING,
    ChunkOutcome,
    LogEntry,
    UnitOfWork,
    UnitOfWorkFactory,
)
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.parameters import ValidationLevel
from dart_batch.domain.job.validation import ALL, Sample
from dart_batch.engine.validation.check import Outcome
from dart_batch.engine.validation.readings import usual_move

Examine = Callable[[Chunk], Outcome]
NOT_RECOMPUTED = "not-recomputed"


@dataclass(slots=True)
class ValidationWork:
    """Examines chunks and keeps what is found. `load` answers how to examine the chunks of a market from the first to
    the last session given; `grounds` has what was planned, by market.
    """

    job: BatchJob
    grounds: dict[str, Ground]
    load: Callable[[str, date, date], Examine]
    _ready: tuple[str, Examine] | None = None
    _by_chunk: bool = False

    def process(self, chunk: Chunk) -> Outcome:
        """What the checks say of the chunk."""
        if self._by_chunk:
            return self.load(chunk.market, chunk.first_session, chunk.last_session)(chunk)
        if self._ready is None or self._ready[0] != chunk.market:
            planned = self.grounds[chunk.market].planned
            self._ready = (chunk.market, self.load(chunk.market, planned[0], planned[-1]))
        return self._ready[1](chunk)

    def remote(self, stripe: Sequence[Chunk]) -> Examine:
        """`process` for a run of chunks of one market, with the stored readings it needs."""
        return self.load(stripe[0].market, stripe[0].first_session, stripe[-1].last_session)

    def sessions(self, market: str) -> Sequence[date]:
        """Sessions that the plan says this job looks at."""
        return self.grounds[market].planned

    def shed(self) -> None:
        """Drop what was read and computed; from now on each chunk is read by itself."""
        self._ready, self._by_chunk = None, True

    def store(self, uow: UnitOfWork, chunk: Chunk, result: Outcome, at: datetime) -> ChunkOutcome:
        """Keep the chunk's findings and counts."""
        uow.findings.add(self.job.id, chunk, result.findings, result.tally)
        return ChunkOutcome(chunk.items)

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        """What each check came to over all chunks. None of them keeps the job from completing: finding is its work."""
        return uow.findings.results(self.job.id)

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        """Say in the log how the validation ended. Nothing is published."""
        failed = [one for one in self.check(uow) if not one.passed]
        said = "; ".join(f"{one.code} ({one.severity}): {one.objections:,}" for one in failed)
        level = WARNING if failed else INFO
        line = f"Validation found {said}." if failed else "Validation found nothing."
        uow.logs.add(self.job.id, LogEntry(at, level, "validated", line, self.job.fence))
        if imported := self._imported(uow):
            said = f"{imported:,} imported readings were not computed afresh: their definition is not known here."
            uow.logs.add(self.job.id, LogEntry(at, INFO, NOT_RECOMPUTED, said, self.job.fence))
        return []

    def _imported(self, uow: UnitOfWork) -> int:
        """Sessions looked at whose readings came from elsewhere."""
        number = 0
        for market, ground in self.grounds.items():
            segments = base_segments(self.job, market)
            origins = origins_of(uow, [one for one in segments if one.job_id])
            for one in segments:
                if one.job_id and origins[one.job_id].imported:
                    number += bisect_right(ground.planned, one.last) - bisect_left(ground.planned, one.first)
        return number


@dataclass(frozen=True, slots=True)
class ReadingsLoader:
    """Reads what the checks of stored readings need."""

    job: BatchJob
    grounds: dict[str, Ground]
    uow: UnitOfWorkFactory
    market_data: MarketData
    calendars: Calendars
    whole: dict[str, float | None] = field(default_factory=dict)

    def __call__(self, market: str, first: date, last: date) -> Examine:
        """How to examine chunks of a market inside these sessions."""
        ground, segments = self.grounds[market], base_segments(self.job, market)
        begin, end = ground.of(_span(market, first, last))
        with self.uow() as uow:
            origins = origins_of(uow, segments)
            rows = rows_of(uow, market, segments, begin, end)
            records = records_of(uow, self.job, market, origins, self.market_data)
            usual = self._usual(uow, market, rows, first, last)
        parameters = self.job.parameters
        sample = sampled(ground.planned, parameters.validation.sample if parameters.validation else ALL, self.job.id)
        examiner = ReadingsExaminer(
            ground=ground,
            rows=rows,
            origins=origin_rows(rows, origins),
            definitions={one.definition.content_hash: one.definition for one in origins.values() if one.definition},
            pieces=pieces_of(market, segments, origins, self.market_data, self.calendars),
            records=records,
            usual=usual,
            recomputer=Recomputer(sample, until=last),
            thorough=parameters.validation_level is ValidationLevel.COMPREHENSIVE,
        )
        return examiner.examine

    def _usual(self, uow: UnitOfWork, market: str, rows: pl.DataFrame, first: date, last: date) -> float | None:
        """The usual move over everything that was planned, whatever part of it is at hand."""
        ground = self.grounds[market]
        if market not in self.whole:
            if (first, last) != (ground.planned[0], ground.planned[-1]):
                rows = rows_of(uow, market, base_segments(self.job, market), ground.first, ground.last)
            inside = rows.filter(pl.col("session").is_between(ground.first, ground.last))
            self.whole[market] = usual_move(inside.unique("session", keep="first", maintain_order=True))
        return self.whole[market]


@dataclass(frozen=True, slots=True)
class ObservationsLoader:
    """Makes ready to look at the observation store."""

    examiners: dict[str, ObservationsExaminer]

    def __call__(self, market: str, _first: date, _last: date) -> Examine:
        """How to examine chunks of a market."""
        return partial(ObservationsExaminer.examine, replace(self.examiners[market]))


def sampled(sessions: Sequence[date], sample: Sample, seed: str) -> frozenset[date] | None:
    """Sessions spread evenly from a place that the seed says; null for all."""
    if sample == ALL or sample >= len(sessions):
        return None
    start = int(hashlib.sha256(seed.encode()).hexdigest()[:8], 16)
    return frozenset(sessions[(start + k * len(sessions) // sample) % len(sessions)] for k in range(sample))


def _span(market: str, first: date, last: date) -> Chunk:
    return Chunk(0, market, first, last, 0)
