"""How many workers are wanted: GET /api/batch/scaling."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from dart_batch.application.scaling import wanted_workers
from dart_batch.entrypoints.api.access import Viewer
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.wire import Wire

router = APIRouter(prefix="/api/batch/scaling", tags=["workers"], responses=documented(401, 403, 422, 503))


class ScalingQuery(Wire):
    """How soon."""

    target_seconds: float = Field(60.0, gt=0, le=86_400, description="time in which the waiting work should be done")


class Scaling(Wire):
    """`wantedWorkers` counts workers that run one job at a time; `backlogSeconds` is work for one of them."""

    wanted_workers: int
    queued: int
    running: int
    backlog_sessions: int
    backlog_seconds: float | None
    oldest_queued_seconds: float
    target_seconds: float


@router.get("", response_model=Scaling, operation_id="getScaling")
def get_scaling(core: Core, _caller: Viewer, query: Annotated[ScalingQuery, Query()]) -> JSONResponse:
    """Workers that would finish the waiting work within the target, by the pace of the last hour; for an autoscaler.

    `backlogSeconds` is null while nothing was computed lately; then one worker for each job is wanted.
    """
    backlog = core.scaling.backlog(core.clock.now())
    found = Scaling(
        wanted_workers=wanted_workers(backlog, query.target_seconds),
        queued=backlog.queued,
        running=backlog.running,
        backlog_sessions=backlog.sessions,
        backlog_seconds=backlog.seconds,
        oldest_queued_seconds=backlog.oldest_seconds,
        target_seconds=query.target_seconds,
    )
    return JSONResponse(found.model_dump(mode="json", by_alias=True))
