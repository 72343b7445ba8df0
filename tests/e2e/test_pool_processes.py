"""PARALLEL with real processes that are really killed: nothing is lost, nothing twice, and nobody stays behind."""

import hashlib
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from small_market import command, dart_batch, give_index, surroundings

BACKFILL = ("backfill", "--market", "KOSPI", "--definition", "mini", "--yes", "--strategy", "parallel")
TWO = {"BATCH_PARALLEL_PROCESSES": "2", "BATCH_RETRY_DELAY": "10"}
CONTENT = "SELECT session, value, coverage, components, input_hash FROM fear_greed_batch_history ORDER BY session"
TWICE = "SELECT chunk FROM batch_logs WHERE event = 'chunk-done' GROUP BY chunk HAVING count(*) > 1"


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "dart-batch.db") as connection:
        return connection.execute(sql).fetchall()


def content(home: Path) -> str:
    return hashlib.sha256(repr(rows(home, CONTENT)).encode()).hexdigest()


def wait_for(reached: Callable[[], object], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not (found := reached()) and time.monotonic() < end:
        time.sleep(0.002)
    return bool(found)


def pool_of(pid: int) -> list[psutil.Process]:
    """The processes of the pool under a worker."""
    try:
        children = psutil.Process(pid).children()
        return [child for child in children if any("pool_child" in word for word in child.cmdline())]
    except psutil.Error:
        return []


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return give_index(tmp_path_factory.mktemp("prepared") / "home")


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    subprocess.run(["cp", "-r", f"{prepared}/.", tmp_path], check=True)
    return tmp_path


@pytest.fixture(scope="module")
def undisturbed(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a CHUNKED run writes that nothing disturbs."""
    home = tmp_path_factory.mktemp("undisturbed")
    subprocess.run(["cp", "-r", f"{prepared}/.", home], check=True)
    assert dart_batch(home, *BACKFILL[:-1], "chunked", "--chunk-size", "5").returncode == 0
    return content(home)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_parent_killed_at_a_commit_leaves_no_orphan_and_the_same_command_ends_in_the_same_table(
    home: Path, undisturbed: str, moment: str
) -> None:
    small = ("--chunk-size", "5")
    environment = surroundings(home) | TWO | {"DART_FAILPOINT": f"{moment}:chunk:3=SIGKILL"}
    with subprocess.Popen(command(*BACKFILL, *small), env=environment, stderr=subprocess.DEVNULL) as parent:
        assert wait_for(lambda: len(pool_of(parent.pid)) == 2)
        pool = pool_of(parent.pid)
        parent.wait(60)
    gone, left = psutil.wait_procs(pool, 10)
    again = dart_batch(home, *BACKFILL, *small, **TWO)

    assert parent.returncode == -signal.SIGKILL
    assert (len(gone), left) == (2, [])
    assert again.returncode == 0, again.stderr
    assert (content(home), rows(home, TWICE)) == (undisturbed, [])


def test_a_killed_process_of_the_pool_is_replaced_and_the_job_completes(home: Path, undisturbed: str) -> None:
    environment = surroundings(home) | TWO
    with subprocess.Popen(
        command(*BACKFILL, "--chunk-size", "1"), env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as parent:
        assert wait_for(lambda: len(pool_of(parent.pid)) == 2)
        for victim in pool_of(parent.pid):
            os.kill(victim.pid, signal.SIGKILL)
        _, said = parent.communicate(timeout=60)

    assert parent.returncode == 0, said
    assert (content(home), rows(home, TWICE)) == (undisturbed, [])
    assert rows(home, "SELECT status, attempts FROM batch_jobs") == [("COMPLETED", 1)]
    lost = rows(home, "SELECT message FROM batch_logs WHERE event = 'chunk-try-failed'")
    assert all("A process of the pool died (exit code -9)" in str(line[0]) for line in lost)
    assert lost


def test_a_stopped_parent_takes_its_processes_with_it(home: Path) -> None:
    with subprocess.Popen(command("worker"), env=surroundings(home) | TWO, stderr=subprocess.DEVNULL) as worker:
        assert dart_batch(home, *BACKFILL, "--detach", "--chunk-size", "5").returncode == 0
        assert wait_for(lambda: rows(home, "SELECT 1 FROM batch_jobs WHERE status = 'COMPLETED'"))
        pool = pool_of(worker.pid)
        worker.send_signal(signal.SIGTERM)
        worker.wait(30)

    assert len(pool) == 2
    assert psutil.wait_procs(pool, 10)[1] == []
    assert worker.returncode == 0
