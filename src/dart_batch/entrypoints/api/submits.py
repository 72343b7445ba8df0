"""Submitting jobs."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator, Field, StrictBool, StrictInt, StringConstraints
from pydantic_core import PydanticCustomError

from dart_batch.application.definitions import UnknownDefinition, default_definition
from dart_batch.application.ports.calendar import UnknownMarket
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.application.views import plan_view
from dart_batch.bootstrap import App
from dart_batch.domain.job.corrections import AffectedByCorrections
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.limits import MOST_CPU_PERCENT, JobLimits
from dart_batch.domain.job.parameters import (
    AUTO,
    AUTO_FIRST_SIZE,
    MAX_CHUNK_SIZE,
    MAX_SKIP_LIMIT,
    BatchJobParameters,
    JobMetadata,
    JobType,
    ValidationLevel,
)
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.recalculation import Publish
from dart_batch.domain.job.receipt import Receipt
from dart_batch.domain.job.strategy import Strategy
from dart_batch.entrypoints.api.access import Operator
from dart_batch.entrypoints.api.callers import Caller
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.job_wire import Job, Plan, PriorityName
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.wire import Day, Wire

router = APIRouter(prefix="/api/batch", tags=["submit"], responses=documented(401, 403, 413, 422, 503))


def _known_strategy(raw: Any) -> Any:
    if raw not in list(Strategy):
        known = ", ".join(Strategy)
        raise PydanticCustomError("unknown_strategy", "is not available; this version has: {known}", {"known": known})
    return raw


def _known_chunk_size(raw: Any) -> Any:
    number = type(raw) is int and 1 <= raw <= MAX_CHUNK_SIZE
    if not number and raw not in (AUTO, None):
        raise PydanticCustomError("chunk_size", "is either 1 to {most} or auto", {"most": MAX_CHUNK_SIZE})
    return raw


Market = Annotated[str, StringConstraints(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9_]+$")]
ChunkSize = Annotated[
    Annotated[int, Field(ge=1, le=MAX_CHUNK_SIZE)] | Literal["auto"] | None, BeforeValidator(_known_chunk_size)
]
Once = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        description="a key of your own: the same request with the same key again answers the job it made, and makes no "
        "other, until the log of the job is pruned",
    ),
]
REPEATED = "Idempotency-Replayed"
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]


class RequestedRange(Wire):
    """Days from start to end, both included."""

    start_date: Day
    end_date: Day


class RequestedMetadata(Wire):
    """What people say about a job; no effect on what it does."""

    description: str = Field("", max_length=2000)
    tags: list[Annotated[str, StringConstraints(min_length=1, max_length=60)]] = Field(
        default_factory=list, max_length=20
    )


class RequestedLimits(Wire):
    """What the job may use of its worker; 0: no limit, no value: the default of BATCH_MAX_WALL_SECONDS,
    BATCH_MEMORY_SOFT_MB, BATCH_MEMORY_HARD_MB, BATCH_CPU_PERCENT.
    """

    wall_seconds: float | None = Field(None, ge=0, description="running time since the last start")
    memory_soft_mb: StrictInt | None = Field(None, ge=0, description="over it chunks shrink; MiB of the worker")
    memory_hard_mb: StrictInt | None = Field(None, ge=0, description="over it the attempt ends; MiB of the worker")
    cpu_percent: float | None = Field(None, ge=0, le=MOST_CPU_PERCENT, description="share of one core")


class SubmitOptions(Wire):
    """What every submit may say beside what the job is to do."""

    priority: PriorityName = "NORMAL"
    start: StrictBool = Field(True, description="false: the job waits as PENDING for its start")
    plan_hash: str | None = Field(None, max_length=64, description="planHash of a dry run; refused if the plan moved")
    metadata: RequestedMetadata = Field(default_factory=lambda: RequestedMetadata(description=""))


class WantedBackfill(Wire):
    """What to backfill. Only dateRange is needed; chunkSize without a value is BATCH_CHUNK_SIZE, skipLimit
    BATCH_SKIP_LIMIT.
    """

    date_range: RequestedRange
    target_markets: list[Market] = Field(default_factory=lambda: ["KOSPI"], min_length=1, max_length=9)
    definition: Name | None = Field(None, description="name or name@version; without one the markets' default")
    components: list[Name] = Field(default_factory=list, max_length=100, description="empty: all of the definition's")
    overwrite_existing: StrictBool = Field(
        False, description="false: missing sessions only; true: all, as a new generation"
    )
    affected_by_corrections: StrictBool = Field(
        False, description="true: only published sessions whose inputs were corrected since, as a new generation"
    )
    validation_level: ValidationLevel = ValidationLevel.BASIC
    chunk_size: ChunkSize = Field(None, description="sessions per chunk; auto: tuned from how long chunks take")
    skip_limit: StrictInt | None = Field(
        None, ge=0, le=MAX_SKIP_LIMIT, description="sessions that may be left out because they cannot be computed"
    )
    limits: RequestedLimits | None = None
    publish: Publish = Field(Publish.AUTO, description="MANUAL: wait to be promoted or discarded")
    strategy: Annotated[Strategy, BeforeValidator(_known_strategy)] = Strategy.CHUNKED


class BackfillRequest(WantedBackfill, SubmitOptions):
    """A backfill, and how it is submitted. Only dateRange is needed."""


class SubmitQuery(Wire):
    """`dryRun` answers the plan and changes nothing."""

    dry_run: bool = False


@router.post(
    "/historical-backfill",
    status_code=201,
    response_model=Job,
    operation_id="submitHistoricalBackfill",
    responses=documented(409, 429) | {200: {"model": Plan, "description": "The plan, for a dry run"}},
)
def submit_historical_backfill(
    body: BackfillRequest, core: Core, caller: Operator, query: Annotated[SubmitQuery, Query()], once: Once = None
) -> JSONResponse:
    """Compute the index for the sessions of a range. The answer's Location is the new job."""
    wanted = submission(JobType.HISTORICAL_BACKFILL, backfill_parameters(core, body), body, caller.name, once)
    return submitted(core, wanted, caller, dry_run=query.dry_run)


def submitted(core: App, wanted: Submission, caller: Caller, *, dry_run: bool) -> JSONResponse:
    """The plan of a dry run, else the job with its Location, new or made by the same request before.

    Raises what the submit refuses.
    """
    with definition_is_a_field():
        if dry_run:
            return JSONResponse(plan_view(core.submit.preview(wanted)))
        job, repeated = core.submit.once(wanted, caller.actor)
    headers = {"Location": f"/api/batch/jobs/{job.id}"} | ({REPEATED: "true"} if repeated else {})
    return JSONResponse(core.view(job), 201, headers=headers)


@contextmanager
def definition_is_a_field() -> Iterator[None]:
    """An unknown definition inside of the block is a field of the request that cannot be used."""
    try:
        yield
    except UnknownDefinition as unknown:
        raise InvalidParameters(unknown.message, hint=unknown.hint, field="definition") from unknown


def backfill_parameters(core: App, body: WantedBackfill) -> BatchJobParameters:
    """What the job is to do. Raises InvalidParameters naming the field."""
    markets = tuple(known_market(core, name) for name in body.target_markets)
    return BatchJobParameters(
        date_range=DateRange(body.date_range.start_date, body.date_range.end_date),
        target_markets=markets,
        definition=body.definition or _common_default(markets),
        components=tuple(body.components),
        overwrite_existing=body.overwrite_existing,
        validation_level=body.validation_level,
        chunk_size=_chunk_size(core, body),
        tuned=body.chunk_size == AUTO,
        skip_limit=core.settings.batch_skip_limit if body.skip_limit is None else body.skip_limit,
        limits=_limits(core, body.limits),
        strategy=body.strategy,
        publish=body.publish,
        retry=core.retry,
        details=AffectedByCorrections() if body.affected_by_corrections else None,
    )


def _chunk_size(core: App, body: WantedBackfill) -> int:
    if isinstance(body.chunk_size, int):
        return body.chunk_size
    return AUTO_FIRST_SIZE if body.chunk_size == AUTO else core.settings.batch_chunk_size


def _limits(core: App, wanted: RequestedLimits | None) -> JobLimits:
    named = wanted.model_dump(exclude_none=True) if wanted else {}
    return replace(core.settings.job_limits, **named)


def submission(
    kind: JobType, parameters: BatchJobParameters, options: SubmitOptions, owner: str, once: str | None = None
) -> Submission:
    """A job of that type with what the request says beside its parameters; `once` is its Idempotency-Key."""
    said = f"{kind} {options.model_dump_json(exclude_unset=True)}"
    return Submission(
        type=kind,
        parameters=parameters,
        metadata=JobMetadata(options.metadata.description, tuple(options.metadata.tags)),
        priority=Priority[options.priority],
        owner=owner,
        start=options.start,
        plan_hash=options.plan_hash,
        receipt=Receipt(once, hashlib.sha256(said.encode()).hexdigest()) if once else None,
    )


def known_market(core: App, name: str) -> str:
    """The market's own name. Raises InvalidParameters."""
    try:
        return core.calendars.of(name).market
    except UnknownMarket as unknown:
        raise InvalidParameters(unknown.message, hint=unknown.hint, field="targetMarkets") from unknown


def _common_default(markets: tuple[str, ...]) -> str:
    defaults = sorted({default_definition(market) for market in markets})
    if len(defaults) > 1:
        raise InvalidParameters(
            f"definition must be named: the default of {', '.join(markets)} differs ({', '.join(defaults)}).",
            field="definition",
        )
    return defaults[0]
