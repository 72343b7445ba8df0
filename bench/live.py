"""What 200 listeners of the live channel cost a worker with 50 running jobs.

Worker, server and listeners are processes of their own. The worker runs the same 50 jobs (the bundled US history in 50
stretches, chunks of 5 sessions) with nobody listening and with everybody, in turn; its processor time is what the
listeners cost it, the wall time also tells what they take from a machine without a processor to spare for them.
Run: .venv/bin/python -m bench.live [listeners]
"""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
import psutil
import websockets

from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.access.role import Role
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.entrypoints.cli.bundled_data import ensure_bundled_data
from dart_batch.settings import Settings

ROUNDS, JOBS, CHUNK = 3, 50, 5
DART = str(Path(sys.executable).with_name("dart-batch"))


@dataclass(frozen=True)
class Cost:
    wall: float
    processor: float


async def listen(address: str, key: str, listeners: int) -> None:
    """Read the channel with so many web sockets until the process is ended; a line when all are open."""

    async def one(opened: asyncio.Semaphore) -> None:
        async with websockets.connect(
            address, additional_headers={"Authorization": f"Bearer {key}"}, proxy=None
        ) as live:
            opened.release()
            async for _ in live:
                pass

    opened = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(one(opened)) for _ in range(listeners)]
    for _ in tasks:
        await opened.acquire()
    print("open", flush=True)
    await asyncio.gather(*tasks)


def submissions(app: App) -> list[Submission]:
    """The history in JOBS stretches that do not overlap."""
    days = app.calendars.of("US").sessions(date(1992, 1, 1), date(2021, 12, 31))
    size = len(days) // JOBS
    spans = [DateRange(days[place * size], days[place * size + size - 1]) for place in range(JOBS)]
    kind = JobType.HISTORICAL_BACKFILL
    return [
        Submission(kind, BatchJobParameters(span, ("US",), "us", overwrite_existing=True, chunk_size=CHUNK))
        for span in spans
    ]


@contextmanager
def process(command: list[str], home: str, **changes: str) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"DART_HOME": home, "BATCH_CONCURRENT_JOBS": str(JOBS)} | changes
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield running
    finally:
        running.terminate()
        running.wait()


def drained(app: App, home: str) -> Cost:
    """What a worker takes for all jobs, from its first claim on."""
    app.submit.many(submissions(app))
    with process([DART, "worker"], home) as worker:
        _until(lambda: app.queries.states()["RUNNING"] > 0)
        own, began = psutil.Process(worker.pid), time.perf_counter()
        before = sum(own.cpu_times()[:2])
        _until(lambda: _settled(app))
        return Cost(time.perf_counter() - began, sum(own.cpu_times()[:2]) - before)


def _settled(app: App) -> bool:
    states = app.queries.states()
    return not states["QUEUED"] + states["RUNNING"]


def _until(condition: object) -> None:
    pause = threading.Event()
    while not condition():  # type: ignore[operator]
        pause.wait(0.05)


def heard(app: App, home: str, listeners: int) -> Cost:
    """The same with a server and listeners beside it."""
    _, key = app.access.keys.create(app.new_id(), Role.VIEWER, the_system("bench"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"ws://localhost:{port}/api/batch/live"
    tell = f"import asyncio; from bench.live import listen; asyncio.run(listen('{address}', '{key}', {listeners}))"
    with process([DART, "serve", "--port", str(port)], home, BATCH_WORKER_ENABLED="false"):
        _until(lambda: _ready(port))
        with process([sys.executable, "-c", tell], home) as audience:
            assert audience.stdout is not None
            audience.stdout.readline()
            return drained(app, home)


def _ready(port: int) -> bool:
    try:
        return httpx.get(f"http://localhost:{port}/health/ready").status_code == 200
    except httpx.TransportError:
        return False


def main() -> None:
    listeners = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with tempfile.TemporaryDirectory() as home:
        app = build(Settings(dart_home=Path(home)))
        ensure_bundled_data(app)
        drained(app, home)
        rounds = [(drained(app, home), heard(app, home, listeners)) for _ in range(ROUNDS)]
    for what in ("processor", "wall"):
        alone, together = (sorted(getattr(one[side], what) for one in rounds)[ROUNDS // 2] for side in (0, 1))
        print(f"{what:10} alone {alone:5.2f} s, heard {together:5.2f} s: {together / alone:.2f} times")
    print(f"(medians of {ROUNDS} rounds in turn; {JOBS} jobs of one worker, {listeners} listeners)")


if __name__ == "__main__":
    main()
