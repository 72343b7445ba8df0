"""What all event streams have in common."""

from typing import Any

from starlette.concurrency import run_in_threadpool

from dart_batch.entrypoints.api.callers import Caller

RETRY = b"retry: 2000\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
MEDIA_TYPE = "text/event-stream"
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}, "description": "Events"}
}


async def still_welcome(caller: Caller) -> bool:
    """Whether the key or session of a stream's listener is still in force."""
    return await run_in_threadpool(caller.holds)
