"""Reading and steering jobs."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator, Field

from dart_batch.adapters.persistence.moments import aware
from dart_batch.adapters.persistence.queries import SORTS, JobFilter
from dart_batch.application.views import chunk_view, moment, poison_view
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import CancelMode, JobStatus, Verb
from dart_batch.entrypoints.api.access import JobOwner, Viewer
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.job_wire import (
    AttemptList,
    ChunkList,
    Job,
    JobPage,
    SkippedSessionList,
    WantedPriority,
)
from dart_batch.entrypoints.api.paging import Cursor
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.wire import JobId, Wire, split_words

router = APIRouter(prefix="/api/batch/jobs", tags=["jobs"], responses=documented(401, 403, 422, 503))


class JobsQuery(Wire):
    """Which jobs a list shows. `q` is searched in description, tags, parameters, failure and id."""

    status: Annotated[list[JobStatus], BeforeValidator(split_words)] = Field(
        default_factory=list, description="repeat it, or separate by commas"
    )
    type: JobType | None = None
    market: str | None = Field(None, max_length=20)
    owner: str | None = Field(None, max_length=120)
    q: str | None = Field(None, max_length=200)
    sort: str = Field("-createdAt", description=f"one of {', '.join(SORTS)}; with - for descending")
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(None, max_length=200, description="nextCursor of the page before")
    offset: int = Field(0, ge=0, le=1_000_000, description="rows to pass over; without meaning beside a cursor")


@router.get("", response_model=JobPage, operation_id="listJobs")
def list_jobs(core: Core, caller: Viewer, query: Annotated[JobsQuery, Query()]) -> JSONResponse:
    """Jobs that match all filters, newest first unless `sort` says otherwise."""
    start = Cursor.parse(query.cursor) if query.cursor else Cursor(core.new_id(), query.offset)
    wanted = JobFilter(
        status=[status.value for status in query.status],
        type=query.type,
        market=query.market.upper() if query.market else None,
        owner=query.owner,
        text=query.q,
        sort=query.sort,
        limit=query.limit,
        offset=start.offset,
        newest=start.newest,
    )
    found, total = core.queries.jobs(wanted)
    end = start.offset + len(found)
    following = Cursor(start.newest, end).text() if found and end < total else None
    return JSONResponse(
        {"items": [core.view(job, caller.actor) for job in found], "nextCursor": following, "total": total}
    )


@router.get("/{jobId}", response_model=Job, operation_id="getJob", responses=documented(404))
def get_job(job_id: JobId, core: Core, caller: Viewer) -> JSONResponse:
    """One job with progress, execution, verification and errors."""
    return JSONResponse(core.view(core.queries.job(job_id), caller.actor))


@router.get("/{jobId}/chunks", response_model=ChunkList, operation_id="listChunks", responses=documented(404))
def list_chunks(job_id: JobId, core: Core, _caller: Viewer) -> JSONResponse:
    """The ledger of a job: every chunk and its state."""
    job = core.queries.job(job_id)
    return JSONResponse({"items": [chunk_view(chunk) for chunk in core.queries.chunks(job.id)]})


@router.get("/{jobId}/skips", response_model=SkippedSessionList, operation_id="listSkips", responses=documented(404))
def list_skips(job_id: JobId, core: Core, _caller: Viewer) -> JSONResponse:
    """Sessions the job left out because they could not be computed, within its skipLimit."""
    job = core.queries.job(job_id)
    return JSONResponse({"items": [poison_view(poison) for poison in core.queries.poison(job.id)]})


@router.get("/{jobId}/attempts", response_model=AttemptList, operation_id="listAttempts", responses=documented(404))
def list_attempts(job_id: JobId, core: Core, _caller: Viewer) -> JSONResponse:
    """Who had the job, from when to when, and how it ended."""
    job = core.queries.job(job_id)
    return JSONResponse({"items": [_attempt(row) for row in core.queries.attempts(job.id)]})


@router.post("/{jobId}/cancel", response_model=Job, operation_id="cancelJob", responses=documented(404, 409))
def cancel_job(
    job_id: JobId, core: Core, caller: JobOwner, mode: Annotated[CancelMode, Query()] = CancelMode.KEEP
) -> JSONResponse:
    """Cancel the job; a running one stops after its present chunk. What is committed stays, or with `rollback` goes."""
    return JSONResponse(core.view(core.control(job_id, Verb.CANCEL, caller.actor, mode)))


@router.post("/{jobId}/priority", response_model=Job, operation_id="prioritiseJob", responses=documented(404, 409))
def prioritise_job(job_id: JobId, wanted: WantedPriority, core: Core, caller: JobOwner) -> JSONResponse:
    """Change the urgency of a job that has not finished."""
    return JSONResponse(core.view(core.control.prioritise(job_id, Priority[wanted.priority], caller.actor)))


def _control(verb: Verb) -> Callable[..., JSONResponse]:
    def control(job_id: JobId, core: Core, caller: JobOwner) -> JSONResponse:
        return JSONResponse(core.view(core.control(job_id, verb, caller.actor)))

    return control


_SAID = {
    Verb.START: "Queue the job. One that failed, was cancelled or paused goes on with the chunks that are not done.",
    Verb.PAUSE: "Pause the job; a running one pauses after its present chunk.",
    Verb.RESUME: "Queue a paused job again.",
    Verb.RETRY: "Queue a failed job again; only chunks that are not done run.",
}
for _verb, _text in _SAID.items():
    router.add_api_route(
        f"/{{jobId}}/{_verb.value}",
        _control(_verb),
        methods=["POST"],
        response_model=Job,
        operation_id=f"{_verb.value}Job",
        summary=f"{_verb.value.capitalize()} a job",
        description=_text,
        responses=documented(404, 409),
    )


def _attempt(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "attempt": row["fence"],
        "worker": row["worker"],
        "startedAt": moment(aware(row["started_at"])),
        "endedAt": moment(aware(row["ended_at"])),
        "outcome": row["outcome"],
        "message": row["message"],
    }
