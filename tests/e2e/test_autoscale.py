"""`dart-batch worker --autoscale` with real workers: it grows for work, lets only idle ones go, and ends them all."""

import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from small_market import command, dart_batch, give_index, surroundings

from dart_batch.entrypoints.cli.supervising import Crew, WorkersFail

DEADLINE_SECONDS = 120
SLOW = {"BATCH_CPU_PERCENT": "1"}
BACKFILL = ("backfill", "--market", "KOSPI", "--definition", "mini", "--chunk-size", "1", "--detach", "--yes")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return give_index(tmp_path_factory.mktemp("autoscale") / "home")


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    subprocess.run(["cp", "-r", str(prepared), str(tmp_path / "home")], check=True)
    return tmp_path / "home"


@pytest.fixture
def supervisor(home: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start(*options: str) -> subprocess.Popen[bytes]:
        with (home / "supervisor.log").open("wb") as log:
            given = surroundings(home) | {"BATCH_CONCURRENT_JOBS": "1", "BATCH_POLL_SECONDS": "0.1"}
            started.append(subprocess.Popen(command("worker", *options), env=given, stdout=log, stderr=log))
        return started[-1]

    yield start
    for one in started:
        if one.poll() is None:
            for child in psutil.Process(one.pid).children(recursive=True):
                child.kill()
            one.kill()
        one.wait()


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "dart-batch.db", timeout=30) as connection:
        return connection.execute(sql).fetchall()


def wait_until(reached: Callable[[], bool], home: Path) -> None:
    pause = threading.Event()
    for _ in range(DEADLINE_SECONDS * 20):
        if reached():
            return
        pause.wait(0.05)
    raise AssertionError((home / "supervisor.log").read_text())


def present(home: Path) -> int:
    return len(rows(home, "SELECT 1 FROM batch_workers WHERE stopped_at IS NULL"))


def submit(home: Path, first: str, last: str) -> None:
    ran = dart_batch(home, *BACKFILL, "--from", first, "--to", last, **SLOW)
    assert ran.returncode == 0, ran.stderr


def test_workers_come_for_the_work_and_the_idle_ones_go_when_it_is_done(
    home: Path, supervisor: Callable[..., subprocess.Popen[bytes]]
) -> None:
    for first, last in (("2020-01-01", "2020-01-31"), ("2020-02-01", "2020-02-29"), ("2020-03-01", "2020-03-31")):
        submit(home, first, last)

    one = supervisor("--autoscale", "1-3", "--calm-seconds", "1")
    wait_until(lambda: len(rows(home, "SELECT DISTINCT worker FROM batch_attempts")) >= 2, home)
    wait_until(lambda: rows(home, "SELECT DISTINCT status FROM batch_jobs") == [("COMPLETED",)], home)
    wait_until(lambda: present(home) == 1, home)
    one.send_signal(signal.SIGTERM)

    assert one.wait(DEADLINE_SECONDS) == 0
    assert present(home) == 0
    assert rows(home, "SELECT DISTINCT outcome FROM batch_attempts") == [("completed",)]


def test_a_worker_that_was_killed_is_replaced(home: Path, supervisor: Callable[..., subprocess.Popen[bytes]]) -> None:
    one = supervisor("--autoscale", "1-1")
    wait_until(lambda: present(home) == 1, home)
    [(first,)] = rows(home, "SELECT pid FROM batch_workers")

    psutil.Process(int(str(first))).kill()
    submit(home, "2020-01-01", "2020-01-10")

    wait_until(lambda: rows(home, "SELECT status FROM batch_jobs") == [("COMPLETED",)], home)
    assert one.poll() is None


def test_workers_work_on_when_nobody_looks_after_them_any_more(
    home: Path, supervisor: Callable[..., subprocess.Popen[bytes]]
) -> None:
    one = supervisor("--autoscale", "1-1")
    wait_until(lambda: present(home) == 1, home)
    [worker] = psutil.Process(one.pid).children()

    one.kill()
    one.wait()
    submit(home, "2020-01-01", "2020-01-10")

    wait_until(lambda: rows(home, "SELECT status FROM batch_jobs") == [("COMPLETED",)], home)
    worker.terminate()
    worker.wait(DEADLINE_SECONDS)


def test_a_crew_whose_workers_end_at_once_says_so() -> None:
    def failing() -> subprocess.Popen[bytes]:
        ended = subprocess.Popen([sys.executable, "-c", "pass"])
        ended.wait()
        return ended

    crew = Crew(failing)

    with pytest.raises(WorkersFail, match="5 workers ended"):
        for _ in range(6):
            crew.become(1, set)


@pytest.mark.parametrize("text", ["8", "8-1", "0-0", "a-b", "1-8-9"])
def test_bounds_that_are_none_are_refused(home: Path, text: str) -> None:
    ran = dart_batch(home, "worker", "--autoscale", text)

    assert ran.returncode == 2
    assert "LEAST-MOST" in ran.stderr
