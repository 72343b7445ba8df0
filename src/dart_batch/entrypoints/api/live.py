"""The live channel: GET /api/batch/live as server-sent events."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from dart_batch.entrypoints.api.access import Caller, KeyRing, Viewer
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.feed import OVERLAP, Feed, moment_of
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.streams import DOCUMENTED, HEADERS, MEDIA_TYPE, RETRY, still_welcome

router = APIRouter(prefix="/api/batch", tags=["live"], responses=documented(401, 403, 503))


@router.get(
    "/live",
    operation_id="followLive",
    response_class=StreamingResponse,
    responses=DOCUMENTED,
)
async def follow_live(
    request: Request,
    core: Core,
    caller: Viewer,
    last_event_id: Annotated[str | None, Header(description="resume after this event")] = None,
) -> StreamingResponse:
    """Events `jobs` (array of changed jobs), `metrics` and `heartbeat`, each with an id to resume from.

    A change may be told twice, never left out. A listener that reads too slowly is disconnected; so is one whose key
    was revoked.
    """
    feed: Feed = request.app.state.feed
    since = (moment_of(last_event_id) or core.clock.now()) - OVERLAP
    stream = _Stream(feed, request.app.state.keys, caller)
    return StreamingResponse(stream.since(since), media_type=MEDIA_TYPE, headers=HEADERS)


class _Stream:
    def __init__(self, feed: Feed, keys: KeyRing, caller: Caller) -> None:
        self._feed = feed
        self._keys = keys
        self._caller = caller

    async def since(self, at: datetime) -> AsyncIterator[bytes]:
        listener = self._feed.subscribe()
        after = ""
        try:
            yield RETRY
            while page := await run_in_threadpool(self._feed.changes, at, after):
                yield self._feed.jobs_event(page)
                at, after = page[-1][0], page[-1][1].id
            while (item := await listener.next()) is not None and await still_welcome(self._keys, self._caller):
                yield item
        finally:
            self._feed.leave(listener)
