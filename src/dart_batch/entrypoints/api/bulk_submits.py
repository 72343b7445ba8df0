"""Submitting many jobs at once."""

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import Field

from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.status import JobStatus
from dart_batch.entrypoints.api.access import Operator
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.submits import (
    BackfillRequest,
    Once,
    backfill_parameters,
    definition_is_a_field,
    submission,
)
from dart_batch.entrypoints.api.wire import Wire

MOST_JOBS = 10_000
router = APIRouter(prefix="/api/batch", tags=["submit"], responses=documented(401, 403, 413, 422, 503))


class BackfillRequests(Wire):
    """Backfills that are submitted together."""

    jobs: list[BackfillRequest] = Field(min_length=1, max_length=MOST_JOBS)


class Submitted(Wire):
    """A new job."""

    job_id: str
    status: JobStatus


class SubmittedJobs(Wire):
    """The new jobs, in the order they were asked for."""

    items: list[Submitted]
    total: int


@router.post(
    "/historical-backfill/bulk",
    status_code=201,
    response_model=SubmittedJobs,
    operation_id="submitHistoricalBackfills",
    responses=documented(409, 429),
)
def submit_historical_backfills(
    body: BackfillRequests, core: Core, caller: Operator, once: Once = None
) -> JSONResponse:
    """Submit many backfills in one transaction: all of them, or none when one is refused."""
    if once:
        raise InvalidParameters("Idempotency-Key is for single submits.", field="Idempotency-Key")
    with definition_is_a_field():
        jobs = core.submit.many(
            [
                submission(JobType.HISTORICAL_BACKFILL, backfill_parameters(core, wanted), wanted, caller.name)
                for wanted in body.jobs
            ],
            caller.actor,
        )
    items = [{"jobId": job.id, "status": job.status.value} for job in jobs]
    return JSONResponse({"items": items, "total": len(items)}, 201)
