"""A backfill on the command line, killed with SIGKILL at a commit, ends, run again, in the same table.

Every commit of the code and every other way to fail: test_every_commit_fails.py.
"""

import hashlib
import shutil
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest
from small_market import dart_batch, give_index

BACKFILL = ["backfill", "--market", "KOSPI", "--definition", "mini", "--from", "2020-01-01", "--to", "2020-04-29"]


class Desk:
    """The command line with a database and a store of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def backfill(self, failpoint: str = "") -> subprocess.CompletedProcess[str]:
        return dart_batch(self.home, *BACKFILL, "--chunk-size", "20", "--yes", DART_FAILPOINT=failpoint)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.home / "dart-batch.db") as connection:
            return connection.execute(sql).fetchall()

    def content(self) -> str:
        rows = self.rows(
            "SELECT session, value, level, coverage, components, input_hash, withheld_reason "
            "FROM fear_greed_batch_history ORDER BY session"
        )
        return hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with observations and a definition, before any job."""
    return give_index(tmp_path_factory.mktemp("prepared") / "home")


@pytest.fixture
def desk(prepared: Path, tmp_path: Path) -> Desk:
    return Desk(Path(shutil.copytree(prepared, tmp_path / "home")))


@pytest.fixture(scope="module")
def uninterrupted(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The hash of the table after a run that nothing disturbed."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    shutil.copytree(prepared, home)
    finished = Desk(home).backfill()
    assert finished.returncode == 0, finished.stderr
    return Desk(home).content()


@pytest.mark.parametrize("place", ["after:submit:1", "before:chunk:3", "after:chunk:3", "before:publish:1"])
def test_the_same_command_goes_on_by_itself(desk: Desk, uninterrupted: str, place: str) -> None:
    killed = desk.backfill(f"{place}=SIGKILL")
    done_before = desk.rows("SELECT number, finished_at FROM batch_chunks WHERE status = 'DONE'")

    again = desk.backfill()

    assert killed.returncode == -signal.SIGKILL
    assert again.returncode == 0, again.stderr
    assert desk.content() == uninterrupted
    assert desk.rows("SELECT status, count(*) FROM batch_jobs GROUP BY 1") == [("COMPLETED", 1)]
    assert desk.rows("SELECT DISTINCT status FROM batch_chunks") == [("DONE",)]
    assert set(done_before) <= set(desk.rows("SELECT number, finished_at FROM batch_chunks"))
    assert desk.rows("SELECT count(*) - count(DISTINCT chunk) FROM batch_logs WHERE event = 'chunk-done'") == [(0,)]


def test_another_worker_takes_a_killed_backfill_over_without_being_asked(desk: Desk, uninterrupted: str) -> None:
    desk.backfill("after:chunk:2=SIGKILL")

    worker = dart_batch(desk.home, "worker", DART_FAILPOINT="after:publish:1=SIGTERM")

    assert worker.returncode == 0, worker.stderr
    assert desk.content() == uninterrupted
    assert desk.rows("SELECT status, attempts FROM batch_jobs") == [("COMPLETED", 2)]
