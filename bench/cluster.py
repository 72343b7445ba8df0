"""A cluster on MariaDB, Redis and Celery: how work spreads, how fast the queue drains, how fast rows are written.

a. Chunks that cost 50 ms of the processor on a node of 1, 2 and 4 children: of one PARALLEL job, which idle children
   help to compute, and of several CHUNKED jobs. Cores are counted when there are fewer than children.
b. Jobs of one chunk through Celery, beside Celery alone with the same settings and a task that does nothing.
c. Readings into MariaDB as jobs write them, beside LOAD DATA of the same rows.

Run: .venv/bin/python -m bench.cluster [abc] [--jobs 10000] [--chunks 160] [--rows 100000] [--rounds 3]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median

from redis import Redis

from bench.cluster_places import Cluster, celery_worker, cluster, mariadb, scalar
from bench.cluster_rows import row_rates
from bench.cluster_work import Costly
from bench.peers import places, processes, work
from dart_batch.adapters.queue.celery_app import NAMES
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.strategy import Strategy

QUEUE = NAMES[Priority.NORMAL]
KIND = JobType.HISTORICAL_BACKFILL
CHUNK_MS, CHILDREN = 50, (1, 2, 4)
WAYS = (("one PARALLEL job", 1, Strategy.PARALLEL), ("8 CHUNKED jobs", 8, Strategy.CHUNKED))
PRESENT = timedelta(seconds=10)
PATIENCE_SECONDS = 900.0
BATCH = 500
SPAN = "SELECT {edge}({column}) FROM batch_jobs WHERE status = 'COMPLETED'"


@dataclass
class Servers:
    """Where this run's servers are; each measurement gets a database of its own."""

    folder: Path
    port: int
    redis: str
    _numbers: "count[int]"

    def cluster(self, stack: ExitStack) -> Cluster:
        with Redis.from_url(self.redis) as queue:
            queue.flushall()
        return stack.enter_context(cluster(self.folder, self.port, self.redis, f"bench_{next(self._numbers)}"))


def submit(app: App, jobs: int, days: int, strategy: Strategy) -> None:
    """Jobs of `days` days each, none of which shares a day with another."""
    app.job_types[KIND] = Costly(0.0)
    wanted = []
    for number in range(jobs):
        start = work.FIRST + timedelta(days=number * days)
        span = DateRange(start, start + timedelta(days=days - 1))
        wanted.append(Submission(KIND, BatchJobParameters(span, ("KOSPI",), "kospi@1", strategy=strategy)))
    for first in range(0, jobs, BATCH):
        app.submit.many(wanted[first : first + BATCH])


def ended(app: App, jobs: int, node: "subprocess.Popen[bytes]", folder: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while app.queries.states()["COMPLETED"] < jobs:
        processes.must_run(node, folder)
        if time.monotonic() > end:
            raise TimeoutError((folder / processes.LOG).read_text()[-2000:])
        time.sleep(0.1)


def spread_seconds(servers: Servers, children: int, chunks: int, jobs: int, strategy: Strategy) -> float:
    """Seconds from the first start of a job to the last end; all children are present before."""
    with ExitStack() as stack:
        place = servers.cluster(stack)
        app = place.app
        settings = {"CLUSTER_MS": str(CHUNK_MS), "BATCH_PARALLEL_PROCESSES": "1"}
        node = stack.enter_context(place.node(children, **settings))
        while app.scaling.idle(app.clock.now() - PRESENT) < children:
            processes.must_run(node, place.folder)
            time.sleep(0.1)
        submit(app, jobs, chunks // jobs * work.SIZE, strategy)
        ended(app, jobs, node, place.folder)
        return _seconds(app, "attempt_started_at")


def _seconds(app: App, first: str) -> float:
    began = scalar(app.engine, SPAN.format(edge="MIN", column=first))
    last = scalar(app.engine, SPAN.format(edge="MAX", column="finished_at"))
    assert isinstance(began, datetime)
    assert isinstance(last, datetime)
    return (last - began).total_seconds()


def drained_ours(servers: Servers, jobs: int, children: int) -> float:
    """Jobs a second, from the first end to the last."""
    with ExitStack() as stack:
        place = servers.cluster(stack)
        submit(app := place.app, jobs, 1, Strategy.CHUNKED)
        node = stack.enter_context(place.node(children))
        ended(app, jobs, node, place.folder)
        return jobs / _seconds(app, "finished_at")


def drained_bare(servers: Servers, jobs: int, children: int) -> float:
    """Tasks a second, from the first that is taken to the last."""
    with Redis.from_url(servers.redis) as queue, ExitStack() as stack:
        queue.flushall()
        environment = processes.environment(servers.folder, {"REDIS_URL": servers.redis})
        subprocess.run([sys.executable, "-m", "bench.cluster_bare", str(jobs)], env=environment, check=True)
        node = stack.enter_context(processes.running(celery_worker("bench.cluster_bare", children), environment))
        while queue.llen(QUEUE) == jobs:
            processes.must_run(node, servers.folder)
            time.sleep(0.005)
        began = time.monotonic()
        while queue.llen(QUEUE) or queue.hlen("unacked"):
            time.sleep(0.005)
        return jobs / (time.monotonic() - began)


def show_spread(servers: Servers, sizes: argparse.Namespace) -> None:
    print(f"| {sizes.chunks} chunks of {CHUNK_MS} ms | workers | seconds | times as fast | efficiency |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, jobs, strategy in WAYS:
        alone = 0.0
        for children in CHILDREN:
            rounds = [spread_seconds(servers, children, sizes.chunks, jobs, strategy) for _ in range(sizes.rounds)]
            seconds = median(rounds)
            alone = alone or seconds
            cores = min(children, len(os.sched_getaffinity(0)))
            speed = alone / seconds
            print(f"| {name} | {children} | {seconds:.2f} | {speed:.2f} | {speed / cores:.2f} |", flush=True)


def show_drain(servers: Servers, sizes: argparse.Namespace) -> None:
    print(f"| children | Celery alone, tasks/s | dart-batch, jobs/s of {sizes.jobs:,} | ratio |")
    print("| ---: | ---: | ---: | ---: |")
    for children in (1, 2):
        sides = (drained_bare, drained_ours)
        pairs = [[side(servers, sizes.jobs, children) for side in sides] for _ in range(sizes.rounds)]
        bare, ours = (median(side) for side in zip(*pairs, strict=True))
        print(f"| {children} | {bare:,.0f} | {ours:,.0f} | {ours / bare:.2f} |", flush=True)


def show_rows(servers: Servers, sizes: argparse.Namespace) -> None:
    with ExitStack() as stack:
        place = servers.cluster(stack)
        for line in row_rates(place, sizes.rows, sizes.rounds):
            print(line, flush=True)


PARTS: dict[str, Callable[[Servers, argparse.Namespace], None]] = {"a": show_spread, "b": show_drain, "c": show_rows}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.cluster")
    parser.add_argument("parts", nargs="?", default="abc")
    for name, size in (("jobs", 10_000), ("chunks", 160), ("rows", 100_000), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=size)
    sizes = parser.parse_args(sys.argv[1:] if __name__ == "__main__" else [])
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    try:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            home = Path(folder)
            port = stack.enter_context(mariadb(home))
            redis = stack.enter_context(places.redis(home))
            for part in sizes.parts:
                PARTS[part](Servers(home, port, redis, count(len(list(home.iterdir())))), sizes)
                print()
    except places.Missing as missing:
        print(missing)


if __name__ == "__main__":
    main()
