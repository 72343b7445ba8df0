"""A validation, killed with SIGKILL at any of its commits, ends, run again, with the findings of an undisturbed one."""

import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from small_market import dart_batch, give_index

BACKFILL = ["backfill", "--market", "KOSPI", "--definition", "mini", "--from", "2020-01-01", "--to", "2020-04-29"]
VALIDATE = ["validate", "--market", "KOSPI", "--index", "mini", "--level", "comprehensive", "--chunk-size", "20"]
FOUND = "SELECT code, market, session, subject, found, expected, severity, chunk FROM batch_findings ORDER BY 1, 3, 4"
COUNTED = "SELECT chunk, code, checked, objections, kept FROM batch_check_tallies ORDER BY 1, 2"
PLACES = ["after:submit:1", "before:claim:1", "before:chunk:1", "after:chunk:2", "before:chunk:4", "before:publish:1"]


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(home / "dart-batch.db")) as connection:
        return connection.execute(sql).fetchall()


def validate(home: Path, failpoint: str = "", *more: str) -> subprocess.CompletedProcess[str]:
    return dart_batch(home, *VALIDATE, "--yes", *more, DART_FAILPOINT=failpoint)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose index has a wrong level in every chunk of a validation."""
    home = give_index(tmp_path_factory.mktemp("damaged") / "home")
    assert dart_batch(home, *BACKFILL, "--yes").returncode == 0
    with closing(sqlite3.connect(home / "dart-batch.db")) as connection, connection:
        connection.execute("UPDATE fear_greed_batch_history SET level = 'ODD' WHERE session LIKE '%7' AND value > 0")
    return home


@pytest.fixture(scope="module")
def undisturbed(damaged: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[object, ...]:
    home = Path(shutil.copytree(damaged, tmp_path_factory.mktemp("undisturbed") / "home"))
    ended = validate(home)
    assert ended.returncode == 1, ended.stderr
    return rows(home, FOUND), rows(home, COUNTED)


@pytest.mark.parametrize("place", PLACES)
def test_the_same_command_goes_on_and_finds_the_same(
    damaged: Path, undisturbed: tuple[object, ...], tmp_path: Path, place: str
) -> None:
    home = Path(shutil.copytree(damaged, tmp_path / "home"))

    killed = validate(home, f"{place}=SIGKILL")
    again = validate(home)

    assert killed.returncode == -signal.SIGKILL
    assert again.returncode == 1, again.stderr
    assert (rows(home, FOUND), rows(home, COUNTED)) == undisturbed
    jobs = "SELECT status FROM batch_jobs WHERE type = 'DATA_VALIDATION'"
    assert rows(home, jobs) == [("COMPLETED",)]


def test_several_processes_find_the_same(damaged: Path, undisturbed: tuple[object, ...], tmp_path: Path) -> None:
    home = Path(shutil.copytree(damaged, tmp_path / "home"))

    ended = validate(home, "", "--strategy", "parallel")

    assert ended.returncode == 1, ended.stderr
    assert (rows(home, FOUND), rows(home, COUNTED)) == undisturbed
