"""Validating what is stored, and what was found."""

from io import BytesIO
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BeforeValidator, Field, StrictInt

from dart_batch.adapters.persistence.finding_queries import FindingFilter
from dart_batch.adapters.reporting.exports import write_table
from dart_batch.application.finding_views import catalogue, check_views, finding_rows
from dart_batch.application.job_types.validation.asking import Question, validation_parameters
from dart_batch.application.job_types.validation.planning import CHUNK_SIZE
from dart_batch.application.ports.calendar import UnknownMarket
from dart_batch.bootstrap import App
from dart_batch.domain.index.validation import Severity
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.parameters import MAX_CHUNK_SIZE, BatchJobParameters, JobType, ValidationLevel
from dart_batch.domain.job.strategy import Strategy
from dart_batch.domain.job.validation import MOST_SAMPLED, Scope
from dart_batch.entrypoints.api.access import Operator, Viewer
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.finding_wire import FindingPage, KnownChecks
from dart_batch.entrypoints.api.job_wire import Job, Plan
from dart_batch.entrypoints.api.problems import documented
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
from dart_batch.entrypoints.api.wire import Day, JobId, Wire, split_words

router = APIRouter(prefix="/api/batch", tags=["validation"], responses=documented(401, 403, 422, 503))
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet"}


class WantedValidation(Wire):
    """What to look at; everything has a default: the live index of KOSPI, all of it."""

    scope: Scope = Field(Scope.READINGS, description="the live index, what `jobId` wrote, or the observation store")
    job_id: str | None = Field(None, min_length=1, max_length=32, description="for GENERATION: the job that wrote it")
    market: Market | None = Field(None, description="without one KOSPI, or the job's")
    index: Name | None = Field(None, description="the published index; without one the market's own, or the job's")
    date_range: RequestedRange | None = Field(None, description="without one everything that is stored")
    validation_level: ValidationLevel = ValidationLevel.BASIC
    sample: Annotated[StrictInt, Field(ge=0, le=MOST_SAMPLED)] | Literal["all"] | None = Field(
        None, description="readings to compute afresh; without one 20 for BASIC, all for COMPREHENSIVE"
    )
    chunk_size: StrictInt = Field(CHUNK_SIZE, ge=1, le=MAX_CHUNK_SIZE)
    strategy: Literal["CHUNKED", "PARALLEL"] = "CHUNKED"


class ValidationRequest(WantedValidation, SubmitOptions):
    """A validation, and how it is submitted."""


Words = Annotated[list[str], BeforeValidator(split_words)]


class FindingQuery(Wire):
    """Which findings; csv and parquet hold all that match."""

    code: Words = Field(default_factory=list, max_length=100, description="codes of checks, repeated or by comma")
    severity: Annotated[list[Severity], BeforeValidator(split_words)] = Field(default_factory=list, max_length=3)
    market: str | None = Field(None, max_length=20)
    start_date: Day | None = None
    end_date: Day | None = None
    group_by: Literal["code", "market", "month"] | None = None
    limit: int = Field(200, ge=0, le=5_000)
    offset: int = Field(0, ge=0, le=10_000_000)
    format: Literal["json", "csv", "parquet"] = "json"


@router.post(
    "/data-validation",
    status_code=201,
    response_model=Job,
    operation_id="submitDataValidation",
    responses=documented(404, 409, 429) | {200: {"model": Plan, "description": "The plan, for a dry run"}},
)
def submit_validation(
    body: ValidationRequest, core: Core, caller: Operator, query: Annotated[SubmitQuery, Query()], once: Once = None
) -> JSONResponse:
    """Check what is stored. The job completes also when it finds errors: its verdict is failed then."""
    wanted = submission(JobType.DATA_VALIDATION, asked_parameters(core, body), body, caller.name, once)
    return submitted(core, wanted, caller, dry_run=query.dry_run)


@router.get("/checks", response_model=KnownChecks, operation_id="listChecks")
def list_checks(_caller: Viewer) -> JSONResponse:
    """Every check of validations and legacy imports, with its severity, what it means and what to do about it."""
    return JSONResponse({"items": catalogue()})


@router.get(
    "/jobs/{jobId}/findings",
    response_model=FindingPage,
    operation_id="listFindings",
    responses=documented(404)
    | {200: {"content": {kind: {"schema": {"type": "string"}} for kind in ("text/csv", MEDIA_TYPES["parquet"])}}},
)
def list_findings(job_id: JobId, core: Core, _caller: Viewer, query: Annotated[FindingQuery, Query()]) -> Response:
    """What a DATA_VALIDATION has found so far, or which rows a legacy import rejected: filtered, as rows or groups."""
    job, wanted = core.queries.job(job_id), _filter(query)
    if query.format != "json":
        stream = BytesIO()
        write_table(core.findings.rows(job_id, wanted)[0], query.format, stream, {})
        headers = {"Content-Disposition": f'attachment; filename="findings-{job_id}.{query.format}"'}
        return Response(stream.getvalue(), media_type=MEDIA_TYPES[query.format], headers=headers)
    page, total = core.findings.rows(job_id, wanted, 0 if query.group_by else query.limit, query.offset)
    groups = core.findings.groups(job_id, wanted, query.group_by) if query.group_by else []
    answer: dict[str, Any] = {
        "checks": check_views(job, core.findings.kept(job_id)),
        "items": finding_rows(page),
        "groups": [group | {"first": str(group["first"]), "last": str(group["last"])} for group in groups],
        "total": total,
    }
    return JSONResponse(answer)


def asked_parameters(core: App, body: WantedValidation) -> BatchJobParameters:
    """What the job is to do. Raises InvalidParameters naming the field, JobNotFound, NothingStored."""
    span = body.date_range
    question = Question(
        scope=body.scope,
        of_job=body.job_id or "",
        market=body.market,
        index=body.index,
        start=span.start_date if span else None,
        end=span.end_date if span else None,
        level=body.validation_level,
        sample=body.sample,
        chunk_size=body.chunk_size,
        strategy=Strategy(body.strategy),
    )
    try:
        return validation_parameters(core.validation, question, core.settings.job_limits, core.retry)
    except UnknownMarket as unknown:
        raise InvalidParameters(unknown.message, hint=unknown.hint, field="market") from unknown


def _filter(query: FindingQuery) -> FindingFilter:
    return FindingFilter(
        codes=query.code,
        severities=[one.value for one in query.severity],
        market=query.market.upper() if query.market else None,
        first=query.start_date,
        last=query.end_date,
    )
