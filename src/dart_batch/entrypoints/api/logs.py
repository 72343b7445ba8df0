"""Logs of jobs: pages, and a live stream of server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from dart_batch.adapters.persistence.answers import NO_ANSWER
from dart_batch.adapters.persistence.log_queries import LogFilter, SqlLogQueries
from dart_batch.application.log_views import line_view
from dart_batch.domain.job.status import FINISHED, JobStatus
from dart_batch.entrypoints.api.access import Viewer
from dart_batch.entrypoints.api.callers import Caller
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.log_bell import LogBell
from dart_batch.entrypoints.api.log_wire import LogPage, LogPageQuery, LogsQuery
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.streams import DOCUMENTED, HEADERS, MEDIA_TYPE, RETRY, still_welcome
from dart_batch.entrypoints.api.wire import JobId

router = APIRouter(prefix="/api/batch/jobs", tags=["jobs"], responses=documented(401, 403, 422, 503))
HEARTBEAT_SECONDS = 5.0
HEARTBEAT = b": heartbeat\n\n"
PAGE = 500


@router.get("/{jobId}/logs", response_model=LogPage, operation_id="listLogs", responses=documented(404))
def list_logs(job_id: JobId, core: Core, _caller: Viewer, query: Annotated[LogPageQuery, Query()]) -> JSONResponse:
    """Lines of a job's log that match all filters, oldest first."""
    core.logs.status(job_id)
    rows = core.logs.lines(job_id, query.page())
    earlier = bool(rows) and (len(rows) == query.limit if query.last else query.after > 0)
    return JSONResponse(
        {
            "items": [line_view(row) for row in rows],
            "nextAfter": rows[-1]["id"] if rows else query.after or None,
            "nextBefore": rows[0]["id"] if earlier else None,
        }
    )


@router.get(
    "/{jobId}/logs/live",
    operation_id="followLogs",
    response_class=StreamingResponse,
    responses=DOCUMENTED | documented(404),
)
async def follow_logs(
    request: Request,
    job_id: JobId,
    core: Core,
    caller: Viewer,
    query: Annotated[LogsQuery, Query()],
    last_event_id: Annotated[str | None, Header(description="resume after this line")] = None,
) -> StreamingResponse:
    """Events `log` (one line each, its id is the line's) from `after` on as they are written, then `end` with the
    status as soon as the job has finished. A pause keeps the stream open.
    """
    await run_in_threadpool(core.logs.status, job_id)
    wanted = replace(query.filter(PAGE), after=_line_id(last_event_id) or query.after)
    stream = _LogStream(core.logs, request.app.state.bell, job_id)
    lines = stream.lines(wanted, _Welcome(request, caller))
    return StreamingResponse(lines, media_type=MEDIA_TYPE, headers=HEADERS)


@dataclass(frozen=True, slots=True)
class _Welcome:
    request: Request
    caller: Caller

    async def holds(self) -> bool:
        return await still_welcome(self.caller)


@dataclass(slots=True)
class _LogStream:
    queries: SqlLogQueries
    bell: LogBell
    job_id: str

    async def lines(self, wanted: LogFilter, welcome: _Welcome) -> AsyncIterator[bytes]:
        yield RETRY
        with self.bell.listening(self.job_id):
            while not self.bell.closed and await welcome.holds():
                ring = self.bell.next_ring(self.job_id)
                status, events, wanted = await self._look(wanted)
                if events:
                    yield events
                elif status in FINISHED:
                    yield _event("end", wanted.after, {"status": status.value})
                    return
                elif not await _rung(ring):
                    yield HEARTBEAT

    async def _look(self, wanted: LogFilter) -> tuple[JobStatus | None, bytes, LogFilter]:
        """State first, then lines: after the last line of a finished job comes none."""
        with suppress(*NO_ANSWER):
            status = await run_in_threadpool(self.queries.status, self.job_id)
            rows = await run_in_threadpool(self.queries.lines, self.job_id, wanted)
            if rows:
                wanted = replace(wanted, after=rows[-1]["id"])
            return status, b"".join(_event("log", row["id"], line_view(row)) for row in rows), wanted
        return None, b"", wanted


async def _rung(ring: asyncio.Event) -> bool:
    with suppress(TimeoutError):
        return await asyncio.wait_for(ring.wait(), HEARTBEAT_SECONDS)
    return False


def _line_id(event_id: str | None) -> int | None:
    """The line an event id names; null for one that no stream gave out, which starts afresh."""
    text = (event_id or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _event(name: str, number: int, data: dict[str, object]) -> bytes:
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
