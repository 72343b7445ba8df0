"""The live channel: GET /api/batch/live as server-sent events, and as a web socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import StreamingResponse
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from dart_batch.bootstrap import App
from dart_batch.domain.errors import DartBatchError
from dart_batch.entrypoints.api.access import Viewer
from dart_batch.entrypoints.api.callers import Caller
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.feed import OVERLAP, Feed
from dart_batch.entrypoints.api.hearing import heard
from dart_batch.entrypoints.api.live_events import LiveEvent, Place, place_of
from dart_batch.entrypoints.api.log_tail import WINDOW
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.socket_access import caller_of, refusal
from dart_batch.entrypoints.api.streams import DOCUMENTED, HEADERS, MEDIA_TYPE, RETRY, still_welcome
from dart_batch.entrypoints.api.wire import JobId, Wire

router = APIRouter(prefix="/api/batch", tags=["live"], responses=documented(401, 403, 422, 503))
MOST_LOGS = 20
GOING_AWAY = 1001


class LiveQuery(Wire):
    """What the channel tells besides all jobs and metrics."""

    logs: list[JobId] = Field(default_factory=list, max_length=MOST_LOGS, description="jobs whose logs are told too")
    last_event_id: str | None = Field(None, description="for those who cannot send the header Last-Event-ID")


@router.get("/live", operation_id="followLive", response_class=StreamingResponse, responses=DOCUMENTED)
async def follow_live(
    request: Request,
    core: Core,
    caller: Viewer,
    query: Annotated[LiveQuery, Query()],
    last_event_id: Annotated[str | None, Header(description="resume after this event")] = None,
) -> StreamingResponse:
    """Events `jobs` (array of changed jobs), `log` (jobId and lines; only of the jobs in `logs`), `metrics` and
    `heartbeat`, each with an id to resume from. The same is at this address as a web socket, one message
    {"id", "event", "data"} each.

    A change may be told twice, never left out. A listener that reads too slowly is disconnected; so is one whose key
    was revoked.
    """
    stream = _Stream(request.app.state.feed, core, query.logs)
    events = _while_welcome(stream.since(place_of(last_event_id or query.last_event_id)), request, caller)
    return StreamingResponse(events, media_type=MEDIA_TYPE, headers=HEADERS)


@router.websocket("/live")
async def follow_live_socket(
    socket: WebSocket,
    core: Core,
    query: Annotated[LiveQuery, Query()],
    last_event_id: Annotated[str | None, Header()] = None,
) -> None:
    """The live channel as a web socket; see followLive."""
    try:
        caller = await run_in_threadpool(caller_of, socket)
    except DartBatchError as error:
        await socket.send_denial_response(refusal(socket, error))
        return
    await socket.accept()
    stream = _Stream(socket.app.state.feed, core, query.logs)
    events = stream.since(place_of(last_event_id or query.last_event_id))
    telling = asyncio.create_task(_tell(socket, events, caller))
    with suppress(WebSocketDisconnect):
        async for _ in socket.iter_text():
            pass
    telling.cancel()


async def _tell(socket: WebSocket, events: AsyncIterator[LiveEvent], caller: Caller) -> None:
    async for item in events:
        if not await still_welcome(caller):
            break
        await socket.send_text(heard(item, caller.actor).message)
    await socket.close(GOING_AWAY)


async def _while_welcome(events: AsyncIterator[LiveEvent], request: Request, caller: Caller) -> AsyncIterator[bytes]:
    yield RETRY
    async for item in events:
        if not await still_welcome(caller):
            break
        yield heard(item, caller.actor).sent


@dataclass(frozen=True, slots=True)
class _Stream:
    feed: Feed
    core: App
    logs: list[str]

    async def since(self, place: Place) -> AsyncIterator[LiveEvent]:
        """What was missed, then what comes."""
        at, after = (place.at or self.core.clock.now()) - OVERLAP, ""
        listener = self.feed.subscribe(await self._from(place))
        try:
            while page := await run_in_threadpool(self.feed.changes, at, after):
                yield self.feed.jobs_event(page)
                at, after = page[-1][0], page[-1][1].id
            while (item := await listener.next()) is not None:
                yield item
        finally:
            self.feed.leave(listener)

    async def _from(self, place: Place) -> dict[str, int]:
        if not self.logs:
            return {}
        line = await run_in_threadpool(self.core.logs.greatest) if place.line is None else max(0, place.line - WINDOW)
        return dict.fromkeys(self.logs, line)
