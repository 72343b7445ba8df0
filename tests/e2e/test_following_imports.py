"""`backfill --follow` in one process, `data import` in another."""

import csv
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from small_market import command, dart_batch, give_index, surroundings

JOBS = "SELECT status, items_processed, json_extract(parameters, '$.strategy') FROM batch_jobs ORDER BY id"


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "dart-batch.db") as connection:
        return connection.execute(sql).fetchall()


def wait_for(reached: Callable[[], bool], seconds: float = 40) -> bool:
    end = time.monotonic() + seconds
    while not (found := reached()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def import_days(home: Path, days: list[date]) -> None:
    file = home / f"{days[0]}.csv"
    with file.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["date", "alpha", "beta"])
        writer.writerows([day, day.toordinal() * 7919 % 101, day.toordinal() * 104729 % 97] for day in days)
    target = ("--market", "KOSPI", "--as", "series", "--accept-warnings", "--yes")
    imported = dart_batch(home, "data", "import", str(file), *target)
    assert imported.returncode == 0, imported.stderr


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return give_index(tmp_path / "home")


def test_each_import_of_new_sessions_becomes_a_published_stream_job_until_the_follower_is_stopped(home: Path) -> None:
    follow = command("backfill", "--market", "KOSPI", "--definition", "mini", "--follow", "--yes")
    with subprocess.Popen(follow, env=surroundings(home), stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        first = wait_for(lambda: [row[0] for row in rows(home, JOBS)] == ["COMPLETED"])
        import_days(home, [date(2020, 5, 4), date(2020, 5, 6), date(2020, 5, 7)])
        second = wait_for(lambda: [row[0] for row in rows(home, JOBS)] == ["COMPLETED"] * 2)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)

    assert (first, second) == (True, True), said
    assert process.returncode == 0
    assert rows(home, JOBS)[1][1:] == (3, "STREAM")
    assert rows(home, "SELECT max(last_session) FROM index_segments") == [("2020-05-07",)]
    assert rows(home, "SELECT count(*) FROM index_publications") == [(2,)]
