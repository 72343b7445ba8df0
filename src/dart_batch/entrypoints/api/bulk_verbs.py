"""One verb for all jobs that match."""

from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field, StrictBool

from dart_batch.adapters.persistence.job_list import JobFilter
from dart_batch.application.use_cases.control_many import Act, Answer
from dart_batch.bootstrap import App
from dart_batch.domain.errors import Refused
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import CancelMode, Verb
from dart_batch.entrypoints.api.access import Operator
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.job_wire import PriorityName
from dart_batch.entrypoints.api.jobs import JobsWanted
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.wire import Wire

MOST_JOBS = 10_000
PRIORITY = "priority"
router = APIRouter(prefix="/api/batch/jobs", tags=["jobs"], responses=documented(401, 403, 413, 422, 503))


class TooManyJobs(Refused):
    """More jobs match than one request may touch."""

    code = "too-many-jobs"
    hint = "Narrow the filter, for example by createdFrom and createdBefore."


class BulkRequest(Wire):
    """A verb, and the jobs it is for: those of `ids`, or all that match `filter`."""

    verb: Literal["start", "pause", "resume", "cancel", "retry", "priority", "promote", "discard"]
    ids: list[str] | None = Field(None, min_length=1, max_length=MOST_JOBS)
    filter: JobsWanted | None = None
    dry_run: StrictBool = Field(False, description="true: answer what would happen and change nothing")
    mode: CancelMode = Field(CancelMode.KEEP, description="of cancel: whether what is committed stays")
    priority: PriorityName | None = Field(None, description="the new one, with the verb priority")


class BulkAnswer(Wire):
    """One job: done (for a dry run: it would be), or refused and why."""

    job_id: str
    done: bool
    code: str | None
    message: str | None
    hint: str | None


class BulkAnswers(Wire):
    """Every job that was meant, the newest first for a filter and in the order of `ids` otherwise."""

    verb: str
    dry_run: bool
    done: int
    refused: int
    items: list[BulkAnswer]


@router.post("/bulk", response_model=BulkAnswers, operation_id="controlJobs")
def control_jobs(body: BulkRequest, core: Core, caller: Operator) -> JSONResponse:
    """Use a verb on many jobs. Each stands for itself: those that refuse say why, the others are done."""
    act, job_ids = _act(body), _meant(core, body)
    many = core.rehearse_many if body.dry_run else core.control_many
    answers = many(job_ids, act, caller.actor)
    done = sum(answer.refusal is None for answer in answers)
    return JSONResponse(
        {
            "verb": body.verb,
            "dryRun": body.dry_run,
            "done": done,
            "refused": len(answers) - done,
            "items": [_view(answer) for answer in answers],
        }
    )


def _act(body: BulkRequest) -> Act:
    if (body.priority is not None) != (body.verb == PRIORITY):
        raise InvalidParameters("priority is given with the verb priority, and only with it.", field="priority")
    if body.priority is not None:
        return Act(Verb.PRIORITISE, priority=Priority[body.priority])
    if body.mode is not CancelMode.KEEP and body.verb != Verb.CANCEL.value:
        raise InvalidParameters("mode belongs to the verb cancel.", field="mode")
    return Act(body.verb, body.mode)


def _meant(core: App, body: BulkRequest) -> list[str]:
    if (body.ids is None) == (body.filter is None):
        raise InvalidParameters("Give either ids or filter.", field="ids")
    if body.filter is None:
        return list(dict.fromkeys(body.ids or []))
    wanted: JobFilter = body.filter.filter(limit=MOST_JOBS)
    total = core.queries.count(wanted)
    if total > MOST_JOBS:
        raise TooManyJobs(f"{total:,} jobs match; one request touches at most {MOST_JOBS:,}.", total=total)
    return core.queries.matching_ids(wanted)


def _view(answer: Answer) -> dict[str, Any]:
    said = answer.refusal
    return {
        "jobId": answer.job_id,
        "done": said is None,
        "code": said.code if said else None,
        "message": said.message if said else None,
        "hint": said.hint if said else None,
    }
