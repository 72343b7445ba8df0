"""What lives as long as the server: the App, the worker thread and the live feed."""

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from types import FrameType

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from dart_batch.adapters.persistence.answers import NO_ANSWER
from dart_batch.application.use_cases.survey_days import SurveyDays
from dart_batch.bootstrap import App, build
from dart_batch.entrypoints.api.access_log import AccessLog
from dart_batch.entrypoints.api.bounds import LevelBounds
from dart_batch.entrypoints.api.callers import KeyRing
from dart_batch.entrypoints.api.chunk_figures import ChunkFigures
from dart_batch.entrypoints.api.feed import Feed
from dart_batch.entrypoints.api.log_bell import LogBell
from dart_batch.entrypoints.api.log_tail import LogTail
from dart_batch.entrypoints.api.metrics import metrics_view
from dart_batch.entrypoints.api.rate_limit import RateLimit
from dart_batch.entrypoints.api.working import WorkerThread

NOTE_SECONDS = 30.0


def equip(api: FastAPI, core: App) -> None:
    """Hang the App, and what is built from it, on the web application."""
    state, settings = api.state, core.settings
    state.core = core
    state.keys, state.sessions = KeyRing(core.keys.authenticate), KeyRing(core.keys.session)
    state.callers, state.strangers = RateLimit(settings.dart_rate_limit), RateLimit(settings.dart_rate_limit / 10)
    state.bounds = LevelBounds(core.uow)
    state.survey = SurveyDays(core.uow, core.market_data, core.calendars)
    state.log = AccessLog(settings.dart_log_level, settings.dart_log_format)
    state.chunks = ChunkFigures(core.figures, core.clock.now())
    state.bell = LogBell(core.logs.watch, state.log.trouble)
    state.feed = Feed(
        core.queries, core.clock, lambda: metrics_view(core, state.meter), LogTail(core.logs.behind), state.log.trouble
    )


@asynccontextmanager
async def lifespan(api: FastAPI) -> AsyncIterator[None]:
    """Build what was not given, work while the server serves, and stop in good order.

    Streams and worker are told about SIGTERM and SIGINT as soon as they arrive, since the server waits for open
    streams before it comes here again; who runs the server in a thread calls `state.leave` from any thread instead.
    """
    if not hasattr(api.state, "core"):
        equip(api, await run_in_threadpool(build))
    core: App = api.state.core
    feed: Feed = api.state.feed
    bell: LogBell = api.state.bell
    worker = _works(core)
    if worker:
        worker.start()
    loop = asyncio.get_running_loop()

    def leave() -> None:
        loop.call_soon_threadsafe(feed.close)
        loop.call_soon_threadsafe(bell.close)
        if worker:
            worker.ask_to_stop()

    api.state.leave = leave
    noting = asyncio.create_task(_note_last_use(api))
    with _told_of_signals(leave):
        yield
    noting.cancel()
    leave()
    await run_in_threadpool(_keep_last_use, api)
    if worker:
        await run_in_threadpool(worker.join)


def _keep_last_use(api: FastAPI) -> None:
    """Record when keys were used last; an attempt, since nothing depends on it."""
    core: App = api.state.core
    moments = api.state.keys.used()
    if moments:
        with suppress(*NO_ANSWER):
            core.keys.used(moments)


async def _note_last_use(api: FastAPI) -> None:
    while True:
        await asyncio.sleep(NOTE_SECONDS)
        await run_in_threadpool(_keep_last_use, api)


def _works(core: App) -> WorkerThread | None:
    """What runs beside the server: a worker; in a cluster, where other nodes work, whoever may keep house."""
    if core.settings.batch_queue == "celery":
        return WorkerThread(core, core.caretaker(f"api-{os.getpid()}").serve)
    return WorkerThread(core) if core.settings.batch_worker_enabled else None


@contextmanager
def _told_of_signals(leave: Callable[[], None]) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def tell(number: int, frame: FrameType | None) -> None:
        leave()
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    for number, handler in before.items():
        if callable(handler):
            signal.signal(number, tell)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
