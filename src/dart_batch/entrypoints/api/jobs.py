"""Reading and steering jobs."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator, Field, StringConstraints

from dart_batch.adapters.persistence.job_list import SORT_VALUES, SORTS, JobFilter
from dart_batch.adapters.persistence.moments import aware
from dart_batch.application.views import chunk_view, moment, poison_view, public_plan
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
    JobPlan,
    PriorityName,
    SkippedSessionList,
    WantedPriority,
)
from dart_batch.entrypoints.api.list_cursor import ListCursor
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.wire import JobId, Moment, Wire, split_words

router = APIRouter(prefix="/api/batch/jobs", tags=["jobs"], responses=documented(401, 403, 422, 503))


class JobsWanted(Wire):
    """Which jobs. `q` is searched in description, tags, parameters, failure and id."""

    status: Annotated[list[JobStatus], BeforeValidator(split_words)] = Field(
        default_factory=list, description="repeat it, or separate by commas"
    )
    type: JobType | None = None
    market: str | None = Field(None, max_length=20)
    priority: Annotated[list[PriorityName], BeforeValidator(split_words)] = Field(default_factory=list)
    owner: str | None = Field(None, max_length=120)
    tag: list[Annotated[str, StringConstraints(min_length=1, max_length=60)]] = Field(
        default_factory=list, max_length=20, description="jobs that carry all of them"
    )
    created_from: Moment | None = Field(None, description="a day (from its midnight, UTC) or a moment with its zone")
    created_before: Moment | None = None
    q: str | None = Field(None, max_length=200)

    def filter(self, **more: Any) -> JobFilter:
        """The same for the database; `more` are order and place."""
        return JobFilter(
            status=[status.value for status in self.status],
            type=self.type,
            market=self.market.upper() if self.market else None,
            priority=[int(Priority[name]) for name in self.priority],
            owner=self.owner,
            tags=self.tag,
            created_from=self.created_from,
            created_before=self.created_before,
            text=self.q,
            **more,
        )


class JobsQuery(JobsWanted):
    """Which jobs a list shows, and how."""

    sort: str = Field("-createdAt", description=f"one of {', '.join(SORTS)}; with - for descending")
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(None, max_length=400, description="nextCursor of the page before, in the same order")
    offset: int = Field(0, ge=0, le=1_000_000, description="rows to pass over; without meaning beside a cursor")


@router.get("", response_model=JobPage, operation_id="listJobs")
def list_jobs(core: Core, caller: Viewer, query: Annotated[JobsQuery, Query()]) -> JSONResponse:
    """Jobs that match all filters, newest first unless `sort` says otherwise. `total` is that of the first page."""
    given = {"sort": query.sort, "limit": query.limit}
    if query.cursor:
        start = ListCursor.parse(query.cursor, query.sort, SORT_VALUES)
        newest, total = start.newest, start.total
        wanted = query.filter(**given, newest=newest, after=start.place)
        found = core.queries.jobs_behind(wanted)
    else:
        newest = core.new_id()
        wanted = query.filter(**given, newest=newest, offset=query.offset)
        found, total = core.queries.jobs(wanted)
    more = len(found) == query.limit
    following = ListCursor(query.sort, newest, total, wanted.place(found[-1])).text() if more else None
    return JSONResponse({"items": core.views(found, caller.actor), "nextCursor": following, "total": total})


@router.get("/{jobId}", response_model=Job, operation_id="getJob", responses=documented(404))
def get_job(job_id: JobId, core: Core, caller: Viewer) -> JSONResponse:
    """One job with progress, execution, verification and errors."""
    return JSONResponse(core.view(core.queries.job(job_id), caller.actor))


@router.get("/{jobId}/plan", response_model=JobPlan, operation_id="getPlan", responses=documented(404))
def get_plan(job_id: JobId, core: Core, _caller: Viewer) -> JSONResponse:
    """What the job was planned to do: runs, skips with reasons, data revisions and the plan's hash."""
    return JSONResponse(public_plan(core.queries.job(job_id).plan))


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
