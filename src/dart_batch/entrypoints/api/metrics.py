"""Figures of the system: GET /api/batch/metrics."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from dart_batch.bootstrap import App
from dart_batch.domain.job.status import JobStatus
from dart_batch.entrypoints.api.access import Viewer
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.metrics_wire import HealthName, Metrics
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.usage import UsageMeter

router = APIRouter(prefix="/api/batch", tags=["metrics"], responses=documented(401, 403, 503))
DEGRADED_ABOVE, UNHEALTHY_ABOVE = 0.1, 0.5


@router.get("/metrics", response_model=Metrics, operation_id="getMetrics")
def get_metrics(request: Request, core: Core, _caller: Viewer) -> JSONResponse:
    """Jobs, throughput, memory, processor and health. A database that does not answer gives 503 instead.

    UNHEALTHY: jobs are queued and no worker is alive, or more than half of today's ended jobs failed.
    DEGRADED: more than a tenth of today's ended jobs failed. HEALTHY: everything else.
    """
    return JSONResponse(metrics_view(core, request.app.state.meter))


def metrics_view(core: App, meter: UsageMeter) -> dict[str, Any]:
    """The shape of Metrics, from one look at the database and one at the processes."""
    figures, usage = core.queries.figures(core.clock.now()), meter.sample()
    queued = figures.unfinished.get(JobStatus.QUEUED, 0)
    completed, failed = figures.ended(JobStatus.COMPLETED), figures.ended(JobStatus.FAILED)
    rate = failed / (completed + failed) if completed + failed else 0.0
    average = figures.average_ms
    return {
        "system": {
            "activeJobs": figures.unfinished.get(JobStatus.RUNNING, 0),
            "queuedJobs": queued,
            "completedToday": completed,
            "failedToday": failed,
            "avgProcessingTime": None if average is None else round(average, 1),
        },
        "performance": {
            "itemsPerSecond": round(figures.items_per_second, 1),
            "memoryUsage": usage.memory_text,
            "cpuUsage": usage.cpu,
        },
        "health": {"status": health(queued, live_workers(core), rate), "errorRate": round(rate, 4)},
    }


def live_workers(core: App) -> int:
    """Workers that gave a sign of life within one lease."""
    lease = timedelta(seconds=core.settings.batch_lease_seconds)
    return len(core.queries.workers(alive_since=core.clock.now() - lease))


def health(queued: int, workers: int, error_rate: float) -> HealthName:
    """The rule that get_metrics states."""
    if (queued and not workers) or error_rate > UNHEALTHY_ABOVE:
        return "UNHEALTHY"
    return "DEGRADED" if error_rate > DEGRADED_ABOVE else "HEALTHY"
