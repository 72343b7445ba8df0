"""What a validation needs to know of a market's stored readings, read from the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from dart_batch.application.definitions import all_definitions, definition_of
from dart_batch.application.job_types.bases import runs_of, seen
from dart_batch.application.job_types.computation import Computation
from dart_batch.application.job_types.validation.recomputing import Piece
from dart_batch.application.ports.calendar import Calendars
from dart_batch.application.ports.market_data import MarketData
from dart_batch.application.ports.unit_of_work import UnitOfWork
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.publication import Segment, clipped
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import JobNotFound
from dart_batch.engine.schema import READING_SCHEMA
from dart_batch.engine.validation.readings import CONTEXT

ROWS = {**READING_SCHEMA, "definition_hash": pl.String, "job_id": pl.String}
CONTEXT_DAYS = timedelta(days=2 * CONTEXT + 20)


@dataclass(frozen=True, slots=True)
class Origin:
    """A job that wrote readings, and the definition it was planned with; null what is not stored."""

    job: BatchJob | None
    definition: Definition | None

    @property
    def imported(self) -> bool:
        """Whether the readings came from elsewhere: no definition is known that they could be computed with."""
        return self.job is not None and not self.job.plan["definitionHash"]

    @property
    def definition_hash(self) -> str | None:
        """What its readings must carry: the definition's hash, empty for imported ones, null when it is not stored."""
        if self.imported:
            return ""
        return self.definition.content_hash if self.definition else None


def origins_of(uow: UnitOfWork, segments: Sequence[Segment]) -> dict[str, Origin]:
    """By job id."""
    return {job_id: _origin(uow, job_id) for job_id in dict.fromkeys(segment.job_id for segment in segments)}


def values_of(uow: UnitOfWork, market: str, segments: Sequence[Segment], first: date, last: date) -> pl.DataFrame:
    """session and value of what `rows_of` answers, without the rest of it."""
    inside = clipped(segments, [(first - CONTEXT_DAYS, last)])
    return uow.generations.shown(market, inside, components=False).select("session", "value")


def rows_of(uow: UnitOfWork, market: str, segments: Sequence[Segment], first: date, last: date) -> pl.DataFrame:
    """Readings that the segments show from a little before `first` to `last`, with ROWS, by session."""
    inside = clipped(segments, [(first - CONTEXT_DAYS, last)])
    parts = [uow.generations.shown(market, [segment]).with_columns(job_id=pl.lit(segment.job_id)) for segment in inside]
    return pl.concat([pl.DataFrame(schema=ROWS), *(part.select(*ROWS) for part in parts)]).sort("session")


def pieces_of(
    market: str,
    segments: Sequence[Segment],
    origins: Mapping[str, Origin],
    market_data: MarketData,
    calendars: Calendars,
) -> list[Piece]:
    """What of the segments can be computed afresh, by session."""
    return [
        Piece(first, last, segment.job_id, _computation(market, job, definition, int(revision), market_data, calendars))
        for segment in segments
        for job, definition in [(origins[segment.job_id].job, origins[segment.job_id].definition)]
        if job is not None and definition is not None
        for (first, last), revision in _revisions(job, market, segment)
    ]


def _computation(
    market: str, job: BatchJob, definition: Definition, revision: int, market_data: MarketData, calendars: Calendars
) -> Computation:
    return Computation(market, job, definition, market_data, calendars, revision=revision)


def _revisions(job: BatchJob, market: str, segment: Segment) -> list[tuple[tuple[date, date], str]]:
    pieces = seen(job, market, segment)
    return list(zip(runs_of(pieces), [piece[2] for piece in pieces], strict=True))


def _origin(uow: UnitOfWork, job_id: str) -> Origin:
    try:
        job = uow.jobs.get(job_id)
    except JobNotFound:
        return Origin(None, None)
    return Origin(job, _definition(uow, job))


def _definition(uow: UnitOfWork, job: BatchJob) -> Definition | None:
    wanted = job.plan["definitionHash"]
    shipped = (one for one in all_definitions(uow) if one.content_hash == wanted)
    found = definition_of(uow, wanted) or next(shipped, None)
    return found.select(job.parameters.components) if found and job.parameters.components else found
