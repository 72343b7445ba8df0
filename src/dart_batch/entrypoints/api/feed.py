"""One poller per process behind the live channel: reads what changed while somebody listens, and fans it out."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool

from dart_batch.adapters.persistence.answers import NO_ANSWER
from dart_batch.adapters.persistence.commit_watch import CommitWatch
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.application.log_views import line_view
from dart_batch.application.ports.clock import Clock
from dart_batch.application.views import job_view
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.entrypoints.api.live_events import LiveEvent, event
from dart_batch.entrypoints.api.log_tail import LogTail

OVERLAP = timedelta(seconds=5)
BACKLOG = 256
REST = 1.0
PAGE = 200

Change = tuple[datetime, BatchJob]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between looks for commits, metrics events and heartbeats."""

    poll: float = 0.01
    metrics: float = 2.0
    heartbeat: float = 5.0


class Subscription:
    """What one listener still has to read; `logs` are the jobs whose logs it follows. One that falls too far behind is
    dropped and may resume by its last id.
    """

    def __init__(self, logs: Collection[str] = ()) -> None:
        self.logs = frozenset(logs)
        self._waiting: asyncio.Queue[LiveEvent | None] = asyncio.Queue(BACKLOG)

    def offer(self, item: LiveEvent) -> bool:
        """Queue an event that concerns the listener; false when it is too far behind."""
        if item.job is not None and item.job not in self.logs:
            return True
        if self._waiting.full():
            self.end()
            return False
        self._waiting.put_nowait(item)
        return True

    def end(self) -> None:
        """Let the listener's stream end; what it has not read is dropped."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)

    async def next(self) -> LiveEvent | None:
        """The next event; null when the stream is over."""
        return await self._waiting.get()


@dataclass(slots=True)
class Feed:
    """Belongs to one event loop. `trouble` is told about a database that does not answer; polling then goes on. After a
    look it rests at least REST times as long as the look took, so that a busy database is not kept busy by listeners.
    """

    queries: SqlQueries
    clock: Clock
    metrics: Callable[[], dict[str, Any]]
    tail: LogTail
    trouble: Callable[[str, Exception], None]
    pace: Pace = field(default_factory=Pace)
    _listeners: set[Subscription] = field(default_factory=set)
    _seen: dict[str, datetime] = field(default_factory=dict)
    _due: dict[str, float] = field(default_factory=dict)
    _poller: asyncio.Task[None] | None = None
    _closed: bool = False
    _wished: list[Mapping[str, int]] = field(default_factory=list)
    _line: int = 0

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    @property
    def polling(self) -> bool:
        return self._poller is not None and not self._poller.done()

    def subscribe(self, logs: Mapping[str, int] | None = None) -> Subscription:
        """A new listener; `logs` has the jobs whose logs it follows, each from behind the id of a line. The first
        listener starts the poller. After close() its stream ends at once.
        """
        listener = Subscription(logs or ())
        if self._closed:
            listener.end()
            return listener
        self._listeners.add(listener)
        self._wished.append(logs or {})
        if not self.polling:
            self._due = {}
            self._poller = asyncio.get_running_loop().create_task(self._poll())
        return listener

    def leave(self, listener: Subscription) -> None:
        """The listener is gone; after the last one the poller rests."""
        self._listeners.discard(listener)

    def close(self) -> None:
        """End all streams, now and later."""
        self._closed = True
        for listener in self._listeners:
            listener.end()
        self._listeners.clear()

    def changes(self, since: datetime, after: str = "") -> list[Change]:
        """One page of jobs changed later than (`since`, `after`)."""
        return self.queries.changed_jobs(since, after, PAGE)

    def jobs_event(self, changes: list[Change]) -> LiveEvent:
        """The event that tells of changed jobs."""
        now = self.clock.now()
        return event("jobs", [job_view(job, now) for _, job in changes], changes[-1][0], self._line)

    async def _poll(self) -> None:
        while self._listeners:
            try:
                with self.queries.commits() as commits:
                    await self._watch(commits)
            except NO_ANSWER as error:
                self.trouble("live-poll-failed", error)
                await asyncio.sleep(self.pace.poll)

    async def _watch(self, commits: CommitWatch) -> None:
        while self._listeners:
            began = self.clock.monotonic()
            for item in await run_in_threadpool(self._look, commits):
                self._listeners = {listener for listener in self._listeners if listener.offer(item)}
            await asyncio.sleep(max(self.pace.poll, REST * (self.clock.monotonic() - began)))

    def _look(self, commits: CommitWatch) -> list[LiveEvent]:
        now, moved = self.clock.now(), commits.moved()
        found = self._fresh(now - OVERLAP) if moved else []
        events = [self.jobs_event(found)] if found else []
        events += self._lines(now, moved=moved)
        if self._is_due("metrics", self.pace.metrics):
            events.append(event("metrics", self.metrics(), now, self._line))
        if self._is_due("heartbeat", self.pace.heartbeat):
            events.append(event("heartbeat", {"at": now.isoformat()}, now, self._line))
        return events

    def _lines(self, now: datetime, *, moved: bool) -> list[LiveEvent]:
        """One event per job with new lines, among the jobs whose logs somebody follows."""
        self.tail.keep({job_id for listener in tuple(self._listeners) for job_id in listener.logs})
        while self._wished:
            self.tail.follow(self._wished.pop())
        told = self.tail.fresh() if moved or self.tail.behind else []
        return [self._log_event(job_id, rows, now) for job_id, rows in told]

    def _log_event(self, job_id: str, rows: list[dict[str, Any]], now: datetime) -> LiveEvent:
        self._line = max(self._line, rows[-1]["id"])
        said = {"jobId": job_id, "lines": [line_view(row) for row in rows]}
        return event("log", said, now, self._line, job_id)

    def _fresh(self, since: datetime) -> list[Change]:
        fresh: list[Change] = []
        at, after = since, ""
        while page := self.changes(at, after):
            fresh += [change for change in page if self._seen.get(change[1].id) != change[0]]
            at, after = page[-1][0], page[-1][1].id
        self._seen = {key: moment for key, moment in self._seen.items() if moment >= since}
        self._seen |= {job.id: moment for moment, job in fresh}
        return fresh

    def _is_due(self, name: str, seconds: float) -> bool:
        now = self.clock.monotonic()
        if now < self._due.get(name, now):
            return False
        self._due[name] = now + seconds
        return True
