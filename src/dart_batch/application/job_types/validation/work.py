"""A validation made ready to run."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial

import polars as pl

from dart_batch.application.job_types.bases import base_segments
from dart_batch.application.job_types.validation.examining import Ground, ReadingsExaminer
from dart_batch.application.job_types.validation.observing import ObservationsExaminer
from dart_batch.application.job_types.validation.recomputing import Recomputer
from dart_batch.application.job_types.validation.recorded import origin_rows, records_of
from dart_batch.application.job_types.validation.stored import Origin, origins_of, pieces_of, rows_of, values_of
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
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.publication import Segment
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.parameters import ValidationLevel
from dart_batch.domain.job.validation import ALL, Sample
from dart_batch.engine.validation.check import Outcome
from dart_batch.engine.validation.readings import usual_move
from dart_batch.engine.validation.records import Records

Examine = Callable[[Chunk], Outcome]
NOT_RECOMPUTED = "not-recomputed"


@dataclass(frozen=True, slots=True)
class Ready:
    """How to examine the chunks of a market from the first to the last session."""

    market: str
    first: date
    last: date
    examine: Examine

    def covers(self, chunk: Chunk) -> bool:
        """Whether the chunk is one of them."""
        return chunk.market == self.market and self.first <= chunk.first_session and chunk.last_session <= self.last


@dataclass(slots=True)
class ValidationWork:
    """Examines chunks and keeps what is found. `load` answers how to examine the chunks of a market from the first to
    the last session given, and is asked for `ahead` planned sessions at once; `grounds` has what was planned, by
    market.
    """

    job: BatchJob
    grounds: dict[str, Ground]
    load: Callable[[str, date, date], Examine]
    ahead: int
    _ready: Ready | None = None

    def process(self, chunk: Chunk) -> Outcome:
        """What the checks say of the chunk."""
        if self._ready is None or not self._ready.covers(chunk):
            self._ready, last = None, self._last(chunk)
            examine = self.load(chunk.market, chunk.first_session, last)
            self._ready = Ready(chunk.market, chunk.first_session, last, examine)
        return self._ready.examine(chunk)

    def remote(self, stripe: Sequence[Chunk]) -> Examine:
        """`process` for a run of chunks of one market, with the stored readings it needs."""
        return self.load(stripe[0].market, stripe[0].first_session, stripe[-1].last_session)

    def sessions(self, market: str) -> Sequence[date]:
        """Sessions that the plan says this job looks at."""
        return self.grounds[market].planned

    def shed(self) -> None:
        """Drop what was read and computed; from now on each chunk is read by itself."""
        self._ready, self.ahead = None, 0

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

    def _last(self, chunk: Chunk) -> date:
        planned = self.grounds[chunk.market].planned
        begin = bisect_left(planned, chunk.first_session)
        return max([chunk.last_session, *planned[begin : begin + self.ahead][-1:]])

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
class Known:
    """What is known of all that a validation looks at in a market, whatever part of it is at hand."""

    origins: dict[str, Origin]
    records: Records
    usual: float | None


@dataclass(frozen=True, slots=True)
class ReadingsLoader:
    """Reads what the checks of stored readings need."""

    job: BatchJob
    grounds: dict[str, Ground]
    uow: UnitOfWorkFactory
    market_data: MarketData
    calendars: Calendars
    whole: dict[str, Known] = field(default_factory=dict)

    def __call__(self, market: str, first: date, last: date) -> Examine:
        """How to examine chunks of a market inside these sessions."""
        ground, segments = self.grounds[market], base_segments(self.job, market)
        begin, end = ground.of(_span(market, first, last))
        with self.uow() as uow:
            known = self._known(uow, market, segments)
            rows = rows_of(uow, market, segments, begin, end)
        parameters = self.job.parameters
        sample = sampled(ground.planned, parameters.validation.sample if parameters.validation else ALL, self.job.id)
        examiner = ReadingsExaminer(
            ground=ground,
            rows=rows,
            origins=origin_rows(rows, known.origins),
            definitions=_definitions(known.origins.values()),
            pieces=pieces_of(market, segments, known.origins, self.market_data, self.calendars),
            records=known.records,
            usual=known.usual,
            recomputer=Recomputer(sample, until=last),
            thorough=parameters.validation_level is ValidationLevel.COMPREHENSIVE,
        )
        return examiner.examine

    def _known(self, uow: UnitOfWork, market: str, segments: Sequence[Segment]) -> Known:
        if market not in self.whole:
            origins = origins_of(uow, segments)
            records = records_of(uow, self.job, market, origins, self.market_data)
            self.whole[market] = Known(origins, records, self._usual(uow, market, segments))
        return self.whole[market]

    def _usual(self, uow: UnitOfWork, market: str, segments: Sequence[Segment]) -> float | None:
        """The usual move over everything that was planned."""
        ground = self.grounds[market]
        values = values_of(uow, market, segments, ground.first, ground.last)
        inside = values.filter(pl.col("session").is_between(ground.first, ground.last))
        return usual_move(inside.unique("session", keep="first", maintain_order=True))


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


def _definitions(origins: Iterable[Origin]) -> dict[str, Definition]:
    return {one.definition.content_hash: one.definition for one in origins if one.definition}


def _span(market: str, first: date, last: date) -> Chunk:
    return Chunk(0, market, first, last, 0)
