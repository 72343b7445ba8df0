"""What the system recorded about stored readings: publications, ledgers, the run before, the observations' end."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from dart_batch.application.job_types.bases import base_segments
from dart_batch.application.job_types.validation.stored import Origin, values_of
from dart_batch.application.ports.market_data import MarketData
from dart_batch.application.ports.unit_of_work import UnitOfWork
from dart_batch.domain.index.publication import Segment
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk, ChunkStatus
from dart_batch.domain.job.validation import Scope
from dart_batch.engine.stored import StoredReadings
from dart_batch.engine.validation.records import ENDS, ORIGIN, PUBLISHED, VALUES, WRITTEN, Records

_DAY = timedelta(days=1)


def records_of(
    uow: UnitOfWork, job: BatchJob, market: str, origins: Mapping[str, Origin], market_data: MarketData
) -> Records:
    """Everything recorded about what the validation `job` looks at in a market, but for the origins of readings."""
    segments = base_segments(job, market)
    stored = {job_id: uow.generations.stored(job_id, market, components=False) for job_id in origins}
    return Records(
        published=_published(uow, market, segments, stored),
        written=_written(uow, market, segments, stored),
        values=_values(uow, job, market, segments),
        ends=_ends(uow, job, market, origins, market_data),
    )


def origin_rows(rows: pl.DataFrame, origins: Mapping[str, Origin]) -> pl.DataFrame:
    """ORIGIN for each of the rows."""
    known = [(job_id, one.job is not None, one.definition_hash) for job_id, one in origins.items()]
    schema = {name: ORIGIN[name] for name in ("job_id", "job_known", "of_job")}
    joined = rows.join(pl.DataFrame(known, schema=schema, orient="row"), on="job_id", maintain_order="left")
    return joined.select(*ORIGIN)


def _published(
    uow: UnitOfWork, market: str, segments: Sequence[Segment], stored: Mapping[str, StoredReadings]
) -> pl.DataFrame:
    first: dict[str, Segment] = {}
    for segment in segments:
        if segment.publication_id:
            first.setdefault(segment.publication_id, segment)
    recorded = uow.publications.recorded(market, list(first))
    rows = [
        (
            first[one.id].first,
            one.id,
            one.content_hash,
            stored[one.job_id].content_hash,
            one.sessions,
            stored[one.job_id].height,
        )
        for one in recorded
        if one.job_id in stored
    ]
    return pl.DataFrame(rows, schema=PUBLISHED, orient="row")


def _written(
    uow: UnitOfWork, market: str, segments: Sequence[Segment], stored: Mapping[str, StoredReadings]
) -> pl.DataFrame:
    spans = {job_id: [one for one in segments if one.job_id == job_id] for job_id in stored}
    rows = [
        (chunk.first_session, job_id, chunk.written, _inside(stored[job_id], chunk))
        for job_id in stored
        for chunk in uow.ledger.all(job_id)
        if chunk.market == market and chunk.status is ChunkStatus.DONE and _shown(spans[job_id], chunk)
    ]
    return pl.DataFrame(rows, schema=WRITTEN, orient="row")


def _inside(stored: StoredReadings, chunk: Chunk) -> int:
    sessions = stored.columns["session"]
    return bisect_right(sessions, str(chunk.last_session)) - bisect_left(sessions, str(chunk.first_session))


def _shown(segments: Sequence[Segment], chunk: Chunk) -> bool:
    return any(one.first <= chunk.first_session <= one.last for one in segments)


def _values(uow: UnitOfWork, job: BatchJob, market: str, segments: Sequence[Segment]) -> pl.DataFrame:
    before = uow.findings.run_before(job)
    if before is None or not segments:
        return pl.DataFrame(schema=VALUES)
    first, last = segments[0].first, segments[-1].last
    then, now = (
        values_of(uow, market, shown, first, last).unique("session")
        for shown in (base_segments(before, market), segments)
    )
    joined = now.rename({"value": "now"}).join(then.rename({"value": "before"}), on="session")
    return joined.filter(pl.col("session") >= first).select(*VALUES).sort("session")


def _ends(
    uow: UnitOfWork,
    job: BatchJob,
    market: str,
    origins: Mapping[str, Origin],
    market_data: MarketData,
) -> pl.DataFrame:
    """The last session with an observation of the definition, if the validation reaches the end of the live index."""
    segments, asked = base_segments(job, market), job.parameters.validation
    nothing = pl.DataFrame(schema=ENDS)
    if not segments or (asked is not None and asked.scope is Scope.GENERATION):
        return nothing
    last = max(segment.last for segment in segments)
    definition = origins[segments[-1].job_id].definition
    if definition is None or uow.publications.segments(market, job.plan["index"], [(last + _DAY, date.max)]):
        return nothing
    revision, quotes = job.plan["dataRevisions"][market], definition.needs_quotes
    found = market_data.extent(market, definition.series_inputs, quotes=quotes, revision=revision)
    return pl.DataFrame([(last, found[1])], schema=ENDS, orient="row") if found else nothing
