"""One watch per process behind all streams of logs: rings for a job when it has new lines, while somebody listens."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from starlette.concurrency import run_in_threadpool

from dart_batch.adapters.persistence.answers import NO_ANSWER
from dart_batch.adapters.persistence.log_queries import LogWatch

POLL_SECONDS = 0.04


class LogBell:
    """Belongs to one event loop. `trouble` is told about a database that does not answer; the watch then goes on."""

    def __init__(
        self,
        watch: Callable[[], AbstractContextManager[LogWatch]],
        trouble: Callable[[str, Exception], None],
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        self._watch = watch
        self._trouble = trouble
        self._poll_seconds = poll_seconds
        self._listeners: Counter[str] = Counter()
        self._poller: asyncio.Task[None] | None = None
        self._rings: dict[str, asyncio.Event] = {}
        self.closed = False

    @property
    def watching(self) -> bool:
        """Whether the database is looked at."""
        return self._poller is not None and not self._poller.done()

    @contextmanager
    def listening(self, job_id: str) -> Iterator[None]:
        """One more listener; the first one starts the watch, after the last one it rests."""
        self._listeners[job_id] += 1
        if not self.watching:
            self._poller = asyncio.get_running_loop().create_task(self._poll())
        try:
            yield
        finally:
            self._listeners -= Counter([job_id])
            if job_id not in self._listeners:
                self._rings.pop(job_id, None)

    def next_ring(self, job_id: str) -> asyncio.Event:
        """Set by the next ring for the job; take it before reading, so that nothing is missed."""
        return self._rings.setdefault(job_id, asyncio.Event())

    def close(self) -> None:
        """All streams end, now and later."""
        self.closed = True
        self._sound(self._rings)

    async def _poll(self) -> None:
        while self._listeners and not self.closed:
            try:
                await self._watch_on()
            except NO_ANSWER as error:
                self._trouble("log-watch-failed", error)
                await asyncio.sleep(self._poll_seconds)

    async def _watch_on(self) -> None:
        with self._watch() as watch:
            while self._listeners and not self.closed:
                fresh = await run_in_threadpool(watch.fresh)
                self._sound(self._rings if fresh is None else fresh)
                await asyncio.sleep(self._poll_seconds)

    def _sound(self, job_ids: Iterable[str]) -> None:
        for job_id in list(job_ids):
            ring = self._rings.pop(job_id, None)
            if ring is not None:
                ring.set()
