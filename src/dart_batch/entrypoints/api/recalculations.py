"""Recalculating an index, and deciding about what was staged."""

from io import BytesIO
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import Field, StrictFloat, StrictInt

from dart_batch.adapters.reporting.exports import write_table
from dart_batch.application.difference_views import difference_rows, difference_view, ordered
from dart_batch.application.job_types.index_recalculation import CHUNK_SIZE, wanted_definition
from dart_batch.application.ports.calendar import UnknownMarket
from dart_batch.bootstrap import App
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.parameters import (
    MAX_CHUNK_SIZE,
    BatchJobParameters,
    JobType,
    ValidationLevel,
)
from dart_batch.domain.job.recalculation import LONGEST_REASON, Publish, Recalculation
from dart_batch.entrypoints.api.access import JobOwner, Operator, Viewer
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.job_wire import Job, Plan
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.recalculation_wire import Difference
from dart_batch.entrypoints.api.submits import (
    Market,
    Name,
    Once,
    RequestedRange,
    SubmitOptions,
    SubmitQuery,
    submission,
    submitted,
)
from dart_batch.entrypoints.api.wire import JobId, Wire

router = APIRouter(prefix="/api/batch", tags=["recalculation"], responses=documented(401, 403, 422, 503))
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


class WantedRecalculation(Wire):
    """What to recalculate, and why: with newWeights for components of the definition, or by another definition."""

    date_range: RequestedRange
    market: Market = "KOSPI"
    definition: Name | None = Field(None, description="name or name@version; without one the market's own")
    new_weights: dict[str, StrictFloat | StrictInt] = Field(
        default_factory=dict, max_length=100, description="0 to 1, together 1; a component that is not named gets 0"
    )
    index: Name | None = Field(
        None, description="the published index it is for; without one the definition's or market's"
    )
    recalculation_reason: str = Field(min_length=1, max_length=LONGEST_REASON)
    publish: Publish = Field(Publish.MANUAL, description="MANUAL: wait to be promoted or discarded")
    validation_level: ValidationLevel = ValidationLevel.BASIC
    chunk_size: StrictInt = Field(CHUNK_SIZE, ge=1, le=MAX_CHUNK_SIZE)


class RecalculationRequest(WantedRecalculation, SubmitOptions):
    """A recalculation with newWeights for components of the definition, or by another definition; and why."""


class DifferenceQuery(Wire):
    """Which sessions, in which order; csv and parquet hold all of them."""

    market: str | None = Field(None, max_length=20, description="of a job with several; default: its first")
    order: Literal["session", "-delta"] = Field("session", description="-delta: the largest changes first")
    limit: int = Field(500, ge=0, le=10_000)
    offset: int = Field(0, ge=0, le=1_000_000)
    format: Literal["json", "csv", "parquet"] = "json"


@router.post(
    "/recalculate-index",
    status_code=201,
    response_model=Job,
    operation_id="submitIndexRecalculation",
    responses=documented(409, 429) | {200: {"model": Plan, "description": "The plan, for a dry run"}},
)
def submit_recalculation(
    body: RecalculationRequest, core: Core, caller: Operator, query: Annotated[SubmitQuery, Query()], once: Once = None
) -> JSONResponse:
    """Recalculate published sessions with other weights, or by another definition, beside the live index."""
    wanted = submission(JobType.INDEX_RECALCULATION, recalculation_parameters(core, body), body, caller.name, once)
    return submitted(core, wanted, caller, dry_run=query.dry_run)


@router.get(
    "/jobs/{jobId}/diff",
    response_model=Difference,
    operation_id="getDifference",
    responses=documented(404, 409)
    | {200: {"content": {kind: {"schema": {"type": "string"}} for kind in ("text/csv", MEDIA_TYPES["parquet"])}}},
)
def get_difference(job_id: JobId, core: Core, _caller: Viewer, query: Annotated[DifferenceQuery, Query()]) -> Response:
    """What the job's generation changes against the index that was live when the job was planned."""
    found = core.compare(job_id, query.market)
    table = ordered(found.comparison, query.order)
    if query.format != "json":
        stream = BytesIO()
        write_table(table, query.format, stream, {})
        headers = {"Content-Disposition": f'attachment; filename="diff-{job_id}.{query.format}"'}
        return Response(stream.getvalue(), media_type=MEDIA_TYPES[query.format], headers=headers)
    page = table.slice(query.offset, query.limit)
    return JSONResponse(difference_view(found) | {"items": difference_rows(page), "total": table.height})


@router.post("/jobs/{jobId}/promote", response_model=Job, operation_id="promoteJob", responses=documented(404, 409))
def promote_job(job_id: JobId, core: Core, caller: JobOwner) -> JSONResponse:
    """Make what the job has staged the live index, all or nothing; refused when the index moved since the plan."""
    core.decide.promote(job_id, caller.actor)
    return _job(core, job_id)


@router.post("/jobs/{jobId}/discard", response_model=Job, operation_id="discardJob", responses=documented(404, 409))
def discard_job(job_id: JobId, core: Core, caller: JobOwner) -> JSONResponse:
    """Drop what the job has staged; the live index stays as it is."""
    core.decide.discard(job_id, caller.actor)
    return _job(core, job_id)


def _job(core: App, job_id: str) -> JSONResponse:
    view: dict[str, Any] = core.view(core.queries.job(job_id))
    return JSONResponse(view)


def recalculation_parameters(core: App, body: WantedRecalculation) -> BatchJobParameters:
    """What the job is to do. Raises InvalidParameters naming the field."""
    try:
        market = core.calendars.of(body.market).market
    except UnknownMarket as unknown:
        raise InvalidParameters(unknown.message, hint=unknown.hint, field="market") from unknown
    weights = tuple(sorted((name, float(weight)) for name, weight in body.new_weights.items()))
    return BatchJobParameters(
        date_range=DateRange(body.date_range.start_date, body.date_range.end_date),
        target_markets=(market,),
        definition=wanted_definition(market, body.definition, weights=bool(weights)),
        validation_level=body.validation_level,
        chunk_size=body.chunk_size,
        limits=core.settings.job_limits,
        retry=core.retry,
        publish=body.publish,
        details=Recalculation(body.recalculation_reason, weights, body.index or ""),
    )
