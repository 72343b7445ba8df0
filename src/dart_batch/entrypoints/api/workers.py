"""Who works: GET /api/batch/workers."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator, Field

from dart_batch.adapters.persistence.worker_queries import PRESENT, SORTS, WorkerFilter
from dart_batch.application.worker_views import WorkerState, worker_view
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.entrypoints.api.access import Viewer
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.paging import Cursor
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.wire import Wire, split_words
from dart_batch.entrypoints.api.worker_wire import WorkerPage

router = APIRouter(prefix="/api/batch/workers", tags=["workers"], responses=documented(401, 403, 422, 503))


class WorkersQuery(Wire):
    """Which workers a list shows."""

    state: Annotated[list[WorkerState], BeforeValidator(split_words)] = Field(
        default_factory=lambda: list(PRESENT),
        description="repeat it, or separate by commas; without it alive and stale",
    )
    host: str | None = Field(None, max_length=120)
    sort: str = Field("-startedAt", description=f"one of {', '.join(SORTS)}; with - for descending")
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(None, max_length=200, description="nextCursor of the page before")
    offset: int = Field(0, ge=0, le=1_000_000, description="rows to pass over; without meaning beside a cursor")


@router.get("", response_model=WorkerPage, operation_id="listWorkers")
def list_workers(core: Core, _caller: Viewer, query: Annotated[WorkersQuery, Query()]) -> JSONResponse:
    """Workers with host, load and the jobs they run now, the one that began last first unless `sort` says otherwise.

    alive: a sign of life within one lease; stale: none, and it has not left in good order; stopped: it has.
    """
    now, lease = core.clock.now(), core.settings.batch_lease_seconds
    start = Cursor.parse(query.cursor) if query.cursor else Cursor(now.isoformat(), query.offset)
    wanted = WorkerFilter(query.state, query.host, query.sort, query.limit, start.offset, _moment(start.newest))
    found, total = core.workers.workers(wanted, now)
    end = start.offset + len(found)
    following = Cursor(start.newest, end).text() if found and end < total else None
    items = [worker_view(worker, now, lease) for worker in found]
    return JSONResponse({"items": items, "nextCursor": following, "total": total})


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InvalidParameters("cursor is none that this API gave out.", field="cursor")
    return at
