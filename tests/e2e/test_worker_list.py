"""A real worker in the list of workers: at work, frozen, killed and stopped in good order."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from builders import MINI
from dart_batch.application.definitions import store_definition
from dart_batch.bootstrap import App, build
from dart_batch.engine.definition_file import parse_definition
from dart_batch.settings import Settings
from fakes.market_data import append, series_frame

LEASE_SECONDS = 5
TIMEOUT = 60.0


class Hall:
    """A home with two series, the command line against it, and its App for a look from behind."""

    def __init__(self, home: Path) -> None:
        given = {name: text for name, text in os.environ.items() if not name.startswith(("DART_", "BATCH_"))}
        self.environment = given | {"DART_HOME": str(home), "BATCH_LEASE_SECONDS": str(LEASE_SECONDS)}
        self.app: App = build(Settings(_env_file=None, dart_home=home, database_url="", dart_data_dir=None))

    def run(self, *arguments: str) -> Any:
        command = [str(Path(sys.executable).with_name("dart-batch")), *arguments]
        ran = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    def listed(self, *options: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.run("workers", "list", "--json", *options)["items"]
        return items

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        command = [str(Path(sys.executable).with_name("dart-batch")), "worker"]
        process = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)
        try:
            eventually(lambda: bool(self.listed("--state", "alive")))
            yield process
        finally:
            process.kill()
            process.wait()

    def submit(self) -> str:
        span = ("--from", "2010-01-01", "--to", "2019-12-31", "--chunk-size", "10", "--overwrite")
        job = self.run("backfill", "--market", "KOSPI", "--definition", "mini", *span, "--detach", "--yes", "--json")
        return str(job["jobId"])


def eventually(reached: Callable[[], bool], every: float = 0.05) -> None:
    pause = threading.Event()
    for _ in range(int(TIMEOUT / every)):
        if reached():
            return
        pause.wait(every)
    raise AssertionError("it did not come to pass in time")


@pytest.fixture
def hall(tmp_path: Path) -> Hall:
    made = Hall(tmp_path)
    days = made.app.calendars.of("KOSPI").sessions(date(2010, 1, 1), date(2019, 12, 31))
    rows = [
        (name, day, float(day.toordinal() * prime % 101))
        for name, prime in (("alpha", 7919), ("beta", 104729))
        for day in days
    ]
    append(made.app.market_data, "KOSPI", series_frame(rows))
    with made.app.uow() as work:
        store_definition(work, parse_definition(MINI, "mini.toml"), MINI, datetime(2026, 1, 1, tzinfo=UTC), "tester")
        work.commit("test")
    return made


def test_a_worker_is_listed_with_its_process_and_the_chunk_it_is_at(hall: Hall) -> None:
    with hall.worker() as process:
        job_id = hall.submit()
        eventually(lambda: hall.app.queries.job(job_id).chunks_done > 0, every=0.002)
        process.send_signal(signal.SIGSTOP)
        frozen = hall.listed()[0]
        done = hall.app.queries.job(job_id).chunks_done
        process.send_signal(signal.SIGCONT)
        eventually(lambda: hall.app.queries.job(job_id).status == "COMPLETED")
        process.send_signal(signal.SIGTERM)
        assert process.wait(TIMEOUT) == 0

    assert (frozen["pid"], frozen["slots"], frozen["busy"]) == (process.pid, 4, 1)
    assert frozen["rssBytes"] > 50_000_000
    running = frozen["jobs"][0]
    assert (running["jobId"], running["attempt"], running["chunk"]["number"]) == (job_id, 1, done + 1)
    assert running["chunk"]["firstSession"] <= running["chunk"]["lastSession"]
    assert [worker["pid"] for worker in hall.listed("--state", "stopped")] == [process.pid]
    assert hall.listed() == []


def test_a_killed_worker_becomes_stale_within_its_lease(hall: Hall) -> None:
    with hall.worker() as process:
        process.kill()
        process.wait()
        eventually(lambda: not hall.listed("--state", "alive"))

    assert [worker["pid"] for worker in hall.listed("--state", "stale")] == [process.pid]
