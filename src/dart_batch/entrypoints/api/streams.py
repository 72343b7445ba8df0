"""What all event streams have in common."""

from typing import Any

from starlette.concurrency import run_in_threadpool

from dart_batch.entrypoints.api.callers import Caller, KeyRing, NotAuthenticated

RETRY = b"retry: 2000\n\n"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
MEDIA_TYPE = "text/event-stream"
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}, "description": "Events"}
}


async def still_welcome(keys: KeyRing, caller: Caller) -> bool:
    """Whether the key of a stream's listener is still in force."""
    try:
        await run_in_threadpool(keys.holder, caller.secret)
    except NotAuthenticated:
        return False
    return True
