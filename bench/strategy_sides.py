"""One strategy in a process of its own: `python -m bench.strategy_sides STRATEGY` answers a line of JSON.

A worker runs the bundled US history twice: cold, with its pool not yet started, and warm. Of STREAM it also says how
long after being computed each reading was committed and told to a listener of the live channel of the same process.
"""

import asyncio
import json
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.strategy import Strategy
from dart_batch.entrypoints.api.feed import Feed, Pace
from dart_batch.entrypoints.api.log_tail import LogTail
from dart_batch.entrypoints.cli.bundled_data import ensure_bundled_data
from dart_batch.settings import Settings

KIND = JobType.HISTORICAL_BACKFILL
SPAN = DateRange.parse("1990-01-02", "2022-12-28")
COMMITS = "SELECT created_at, count(*) FROM fear_greed_batch_history WHERE job_id = ? GROUP BY 1 ORDER BY 1"


@dataclass
class Timed:
    """A job type whose work notes when sessions were computed: `computed` has (time, sessions)."""

    real: Any
    computed: list[tuple[float, int]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def prepare(self, job: BatchJob) -> Any:
        return TimedWork(self.real.prepare(job), self.computed)


@dataclass
class TimedWork:
    """Work that notes when `compute` was done."""

    real: Any
    computed: list[tuple[float, int]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def compute(self, chunk: Chunk, read: Any) -> Any:
        result = self.real.compute(chunk, read)
        self.computed.append((time.time(), chunk.items))
        return result


@contextmanager
def listening(app: App) -> Iterator[list[tuple[float, str, int]]]:
    """What a listener of the live channel heard: (time, job, its sessions that are processed)."""
    heard: list[tuple[float, str, int]] = []
    ready, loops = threading.Event(), list[asyncio.AbstractEventLoop]()
    pace = Pace(metrics=1e9, heartbeat=1e9)
    feed = Feed(app.queries, app.clock, dict, LogTail(app.logs.behind), lambda name, error: None, pace)

    async def listen() -> None:
        listener = feed.subscribe()
        loops.append(asyncio.get_running_loop())
        ready.set()
        while (item := await listener.next()) is not None:
            at, jobs = time.time(), json.loads(item.data)
            if isinstance(jobs, list):
                heard.extend((at, job["jobId"], job["progress"]["processedItems"]) for job in jobs)

    thread = threading.Thread(target=lambda: asyncio.run(listen()))
    thread.start()
    ready.wait()
    yield heard
    time.sleep(0.2)
    loops[0].call_soon_threadsafe(feed.close)
    thread.join()


def by_session(events: Sequence[tuple[float, int]], sessions: int) -> list[float]:
    """From (time, sessions up to then): the time of each session."""
    times: list[float] = []
    for at, upto in events:
        times += [at] * (min(upto, sessions) - len(times))
    return times


def run(app: App, strategy: Strategy) -> dict[str, float]:
    """Seconds of a new job from its start to its first committed reading, and to its end."""
    given = BatchJobParameters(SPAN, ("US",), "us", overwrite_existing=True, strategy=strategy)
    job = app.submit(Submission(KIND, given))
    began = time.perf_counter()
    outcome = app.worker(alone=True).run_one(job.id, threading.Event())
    whole = time.perf_counter() - began
    assert outcome == "completed", outcome
    started = app.queries.job(job.id).started_at
    assert started is not None
    return {"first": commits(app, job.id)[0][0] - started.timestamp(), "whole": whole}


def commits(app: App, job_id: str) -> list[tuple[float, int]]:
    """Time and number of sessions of each commit of a job."""
    with sqlite3.connect(app.settings.home / "dart-batch.db") as connection:
        found = connection.execute(COMMITS, (job_id,)).fetchall()
    return [(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp(), count) for at, count in found]


def latencies(app: App) -> dict[str, list[float]]:
    """Milliseconds from computed to committed and from computed to announced, by session, of one STREAM job."""
    timed = app.job_types[KIND] = Timed(app.job_types[KIND])
    with listening(app) as heard:
        run(app, Strategy.STREAM)
    (latest,) = app.queries.job_ids("", 1000)[-1:]
    computed, committed = summed(timed.computed), summed(commits(app, latest))
    announced = [(at, processed) for at, job_id, processed in heard if job_id == latest]
    sessions = computed[-1][1]
    at = by_session(computed, sessions)
    return {
        name: [(late - early) * 1000 for early, late in zip(at, by_session(events, sessions), strict=True)]
        for name, events in (("committed", committed), ("announced", announced))
    }


def summed(events: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    return list(zip((at for at, _ in events), accumulate(count for _, count in events), strict=True))


def main() -> None:
    strategy, app = Strategy(sys.argv[1]), build(Settings())
    ensure_bundled_data(app)
    told: dict[str, Any] = {"cold": run(app, strategy), "warm": run(app, strategy)}
    if strategy is Strategy.STREAM:
        told |= latencies(app)
    app.pool.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
