"""Several `dart-batch worker` processes on one SQLite file: killed at random, and stopped past their lease."""

import os
import random
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import psutil
import pytest
from small_market import command, give_observations, surroundings

from builders import MINI
from dart_batch.application.definitions import store_definition
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.engine.definition_file import parse_definition
from dart_batch.settings import Settings

MARKETS, DEFINITIONS = ("KOSPI", "KOSDAQ"), ("mini", "other")
RANGES = [(1, 23), (24, 31), (32, 60), (61, 90), (91, 119)]
WORKERS, CHUNKS_BETWEEN_KILLS = 3, (20, 60)
DEADLINE_SECONDS = 90
READINGS = (
    "SELECT market, definition, session, value, level, coverage, components, input_hash, withheld_reason "
    "FROM fear_greed_batch_history ORDER BY market, definition, session"
)


@contextmanager
def desk(home: Path) -> Iterator[App]:
    app = build(Settings(dart_home=home, batch_poll_seconds=0.05))
    yield app
    app.engine.dispose()


def submit(app: App, market: str, definition: str, span: tuple[int, int], chunk_size: int = 1) -> None:
    days = DateRange(*(date.fromordinal(date(2020, 1, 1).toordinal() + day - 1) for day in span))
    wanted = BatchJobParameters(days, (market,), definition, chunk_size=chunk_size)
    app.submit(Submission(JobType.HISTORICAL_BACKFILL, wanted))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the observations of two markets and two definitions, before any job."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    give_observations(home, *MARKETS)
    with desk(home) as app, app.uow() as uow:
        for name in DEFINITIONS:
            text = MINI.replace('"mini"', f'"{name}"')
            store_definition(uow, parse_definition(text, name), text, app.clock.now(), "ann")
        uow.commit("define")
    return home


@pytest.fixture
def home(prepared: Path, tmp_path: Path) -> Path:
    subprocess.run(["cp", "-r", str(prepared), str(tmp_path / "home")], check=True)
    return tmp_path / "home"


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(home / "dart-batch.db", timeout=30) as connection:
        return connection.execute(sql).fetchall()


def wait_until(reached: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(DEADLINE_SECONDS * 50):
        if reached():
            return
        pause.wait(0.02)
    raise AssertionError("It did not happen in time.")


class Crew:
    """Workers, each replaced when it is killed; what they say is in NAME-1.log, NAME-2.log ..."""

    def __init__(self, home: Path, name: str, size: int, **environment: str) -> None:
        self._home, self._name, self._environment = home, name, surroundings(home) | environment
        self.started = 0
        self.members = [self._start() for _ in range(size)]

    def kill(self, victim: subprocess.Popen[bytes]) -> None:
        victim.kill()
        victim.wait()
        self.members = [one for one in self.members if one is not victim] + [self._start()]

    def dismiss(self) -> list[int]:
        """The exit status of each after SIGTERM."""
        for one in self.members:
            one.send_signal(signal.SIGTERM)
        return [one.wait(timeout=DEADLINE_SECONDS) for one in self.members]

    def end(self) -> None:
        for one in self.members:
            one.kill()
            one.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        self.started += 1
        with (self._home / f"{self._name}-{self.started}.log").open("wb") as log:
            return subprocess.Popen(command("worker"), env=self._environment, stdout=log, stderr=log)


@contextmanager
def crew(home: Path, name: str, size: int, **environment: str) -> Iterator[Crew]:
    made = Crew(home, name, size, **environment)
    try:
        yield made
    finally:
        made.end()


def done(home: Path) -> int:
    return len(rows(home, "SELECT 1 FROM batch_chunks WHERE status = 'DONE'"))


def all_completed(home: Path) -> bool:
    return rows(home, "SELECT DISTINCT status FROM batch_jobs") == [("COMPLETED",)]


def killed_at_random(home: Path, workers: Crew, dice: random.Random) -> int:
    """Kill a worker that has a job whenever a random number of chunks was committed; answers how many were."""
    killed, mark = 0, dice.randint(*CHUNKS_BETWEEN_KILLS)
    busy = "SELECT DISTINCT pid FROM batch_workers JOIN batch_jobs ON worker = batch_workers.id"

    def step() -> bool:
        nonlocal killed, mark
        pids = {pid for (pid,) in rows(home, busy)}
        victims = [one for one in workers.members if one.pid in pids]
        if done(home) >= mark and victims:
            workers.kill(dice.choice(victims))
            killed, mark = killed + 1, done(home) + dice.randint(*CHUNKS_BETWEEN_KILLS)
        return all_completed(home)

    wait_until(step)
    return killed


def test_random_kills_change_nothing_of_what_twenty_jobs_write(home: Path, prepared: Path, tmp_path: Path) -> None:
    seed = int(os.environ.get("STORM_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"Repeat with STORM_SEED={seed}")
    calm = tmp_path / "calm"
    subprocess.run(["cp", "-r", str(prepared), str(calm)], check=True)
    for place in (home, calm):
        with desk(place) as app:
            for market, definition, span in ((m, d, s) for m in MARKETS for d in DEFINITIONS for s in RANGES):
                submit(app, market, definition, span)
    with crew(calm, "calm", 1):
        wait_until(lambda: all_completed(calm))

    with crew(home, "storm", WORKERS) as workers:
        killed = killed_at_random(home, workers, random.Random(seed))

    twice = "SELECT job_id, chunk FROM batch_logs WHERE event = 'chunk-done' GROUP BY 1, 2 HAVING count(*) > 1"
    lost = rows(home, "SELECT 1 FROM batch_attempts WHERE outcome = 'worker-lost'")
    assert killed >= 3
    assert len(lost) >= killed
    assert rows(home, READINGS) == rows(calm, READINGS)
    assert rows(home, twice) == []
    assert rows(home, "SELECT count(*) FROM batch_jobs") == [(20,)]
    assert rows(home, "SELECT count(*) FROM index_publications") == [(20,)]
    assert rows(home, "SELECT 1 FROM batch_chunks WHERE status <> 'DONE' OR written <> items") == []
    assert rows(home, "SELECT sum(attempts) FROM batch_jobs") == rows(home, "SELECT count(*) FROM batch_attempts")
    assert rows(home, "SELECT 1 FROM batch_attempts WHERE ended_at IS NULL") == []


def test_a_worker_stopped_past_its_lease_is_refused_by_the_fence_when_it_wakes(home: Path) -> None:
    lease = {"BATCH_LEASE_SECONDS": "5", "BATCH_POLL_SECONDS": "0.1"}
    with desk(home) as app:
        submit(app, "KOSPI", "mini", (1, 119), chunk_size=12)
    with crew(home, "sleeper", 1, DART_FAILPOINT="after:chunk:2=SIGSTOP", **lease) as sleepers:
        sleeper = sleepers.members[0]
        wait_until(lambda: psutil.Process(sleeper.pid).status() == psutil.STATUS_STOPPED)
        asleep = done(home)
        with crew(home, "other", 1, **lease) as others:
            wait_until(lambda: all_completed(home))
            others.dismiss()
        before = everything(home)

        sleeper.send_signal(signal.SIGCONT)
        wait_until(lambda: "lease-lost" in (home / "sleeper-1.log").read_text())
        ended = sleepers.dismiss()

    assert asleep == 2
    assert ended == [0]
    assert everything(home) == before
    assert rows(home, "SELECT outcome FROM batch_attempts ORDER BY fence") == [("worker-lost",), ("completed",)]


def everything(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that a job writes to."""
    work = ("batch_jobs", "batch_chunks", "batch_attempts", "batch_logs")
    tables = (*work, "fear_greed_batch_history", "index_segments", "index_publications", "index_publication_spans")
    return {table: rows(home, f"SELECT * FROM {table}") for table in tables}
