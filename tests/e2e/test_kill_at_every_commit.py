"""A backfill killed with SIGKILL right before or after any of its commits ends, run again, in the same table."""

import csv
import hashlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from builders import MINI

ROOT = Path(__file__).parents[2]
DAYS = [date(2020, 1, 1) + timedelta(days=offset) for offset in range(120)]
COMMITS = {
    boundary
    for path in (ROOT / "src").rglob("*.py")
    for boundary in re.findall(r"\.commit\(\"([a-z-]+)\"\)", path.read_text())
}
ON_THE_WAY = {"submit": 1, "register": 1, "claim": 1, "chunk": 3, "publish": 1, "leave": 1}
ELSEWHERE = {
    "define": "one row; there is nothing that could be half",
    "heartbeat": "only extends a lease",
    "revoke": "a cancel that a worker does not obey: integration/persistence/test_claims.py",
    "set-back": "a failure outside of chunks: integration/execution/test_attempt.py",
    "rescue": "runs in the second process of every case here",
    "control": "a verb of a person: integration/execution/test_attempt.py",
    "give-back": "a graceful stop: integration/execution/test_attempt.py",
    "chunk-try": "a failed try: integration/execution/test_attempt.py",
    "fail": "a failed attempt: integration/execution/test_attempt.py",
    "verification": "a failed verification: integration/execution/test_attempt.py",
}
BACKFILL = ["backfill", "--market", "KOSPI", "--definition", "mini", "--from", "2020-01-01", "--to", "2020-04-29"]


class Desk:
    """The command line with a database and a store of its own."""

    def __init__(self, home: Path) -> None:
        self.database = home / "dart-batch.db"
        self._environment = os.environ | {"DART_HOME": str(home), "NO_COLOR": "1"}

    def run(self, *arguments: str, failpoint: str = "") -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).with_name("dart-batch")), *arguments]
        environment = self._environment | ({"DART_FAILPOINT": failpoint} if failpoint else {})
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    def backfill(self, failpoint: str = "") -> subprocess.CompletedProcess[str]:
        return self.run(*BACKFILL, "--chunk-size", "20", "--yes", failpoint=failpoint)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.database) as connection:
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
    home = tmp_path_factory.mktemp("home")
    desk = Desk(home)
    with (home / "series.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "alpha", "beta"])
        weekdays = [day for day in DAYS if day.weekday() < 5]
        writer.writerows([day, day.toordinal() * 7919 % 101, day.toordinal() * 104729 % 97] for day in weekdays)
    (home / "mini.toml").write_text(MINI)
    imported = desk.run(
        *("data", "import", str(home / "series.csv"), "--market", "KOSPI", "--as", "series"),
        *("--accept-warnings", "--yes"),
    )
    assert imported.returncode == 0, imported.stderr
    defined = desk.run("index", "define", str(home / "mini.toml"))
    assert defined.returncode == 0, defined.stderr
    return home


@pytest.fixture
def desk(prepared: Path, tmp_path: Path) -> Desk:
    subprocess.run(["cp", "-r", f"{prepared}/.", tmp_path], check=True)
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def uninterrupted(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The hash of the table after a run that nothing disturbed."""
    home = tmp_path_factory.mktemp("undisturbed")
    subprocess.run(["cp", "-r", f"{prepared}/.", home], check=True)
    finished = Desk(home).backfill()
    assert finished.returncode == 0, finished.stderr
    return Desk(home).content()


def test_no_commit_of_the_code_is_forgotten_here() -> None:
    assert set(ON_THE_WAY) | set(ELSEWHERE) == COMMITS


@pytest.mark.parametrize("boundary", sorted(ON_THE_WAY))
@pytest.mark.parametrize("moment", ["before", "after"])
def test_the_same_command_goes_on_by_itself(desk: Desk, uninterrupted: str, moment: str, boundary: str) -> None:
    killed = desk.backfill(f"{moment}:{boundary}:{ON_THE_WAY[boundary]}=SIGKILL")
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

    worker = desk.run("worker", failpoint="after:publish:1=SIGTERM")

    assert worker.returncode == 0, worker.stderr
    assert desk.content() == uninterrupted
    assert desk.rows("SELECT status, attempts FROM batch_jobs") == [("COMPLETED", 2)]
