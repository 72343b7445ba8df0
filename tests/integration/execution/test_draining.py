"""A long queue and one worker with many slots: nothing lost, nothing twice, in order, by indexes, in flat memory."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa

from builders import plan
from dart_batch.adapters.host.clock import new_id
from dart_batch.adapters.persistence.job_list import JobFilter
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import QueueFull
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.priority import Priority
from dart_batch.settings import Settings
from fakes.job_types import FakeJobType

KIND = JobType.HISTORICAL_BACKFILL
JOBS, SLOTS = 10_000, 50
FIRST = date(1985, 1, 1)
DEADLINE_SECONDS = 240
GROWTH_MB = 40
SMALL_TABLES = {"batch_workers", "workers"}


class OneSession(FakeJobType):
    """A job of one chunk of one session; a reading of 50.0."""

    def plan(self, parameters: BatchJobParameters) -> Plan:
        day = parameters.date_range.start
        runs = {"KOSPI": [[str(day), str(day)]]}
        return replace(plan(chunks=1, items=1), chunks=(Chunk(1, "KOSPI", day, day, 1),), runs=runs)


def submission(number: int) -> Submission:
    day = FIRST + timedelta(days=number)
    wanted = BatchJobParameters(DateRange(day, day), ("KOSPI",), "kospi")
    return Submission(KIND, wanted, priority=list(Priority)[number % 3])


@contextmanager
def opened(home: Path) -> Iterator[App]:
    """Everything real but the job type."""
    made = build(Settings(dart_home=home, batch_queue_capacity=JOBS, batch_concurrent_jobs=SLOTS))
    made.job_types[KIND] = OneSession(new_id=new_id)
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose queue is full."""
    home = tmp_path_factory.mktemp("full") / "home"
    with opened(home) as made:
        made.submit.many([submission(number) for number in range(JOBS)])
    return home


@pytest.fixture
def app(full: Path, tmp_path: Path) -> Iterator[App]:
    with opened(Path(shutil.copytree(full, tmp_path / "home"))) as made:
        yield made


def rows(app: App, sql: str) -> list[tuple[Any, ...]]:
    with app.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(sql))]


def drained(app: App) -> list[float]:
    """Megabytes of this process at every look while one worker ends all jobs."""
    stop, pause, memory = threading.Event(), threading.Event(), []
    thread = threading.Thread(target=app.worker().run, args=(stop,))
    thread.start()
    for _ in range(DEADLINE_SECONDS * 10):
        memory.append(psutil.Process().memory_info().rss / 1e6)
        if not rows(app, f"SELECT 1 FROM batch_jobs WHERE type = '{KIND}' AND status IN ('QUEUED', 'RUNNING') LIMIT 1"):
            break
        pause.wait(0.1)
    stop.set()
    thread.join()
    return memory


@pytest.mark.sqlite_only
def test_a_long_queue_is_drained_once_and_in_order_in_flat_memory(app: App) -> None:
    mine = f"FROM batch_jobs JOIN batch_attempts ON job_id = id WHERE type = '{KIND}'"

    memory = drained(app)

    assert rows(app, f"SELECT status, count(*) FROM batch_jobs WHERE type = '{KIND}' GROUP BY 1") == [
        ("COMPLETED", JOBS)
    ]
    assert rows(app, f"SELECT count(*), count(DISTINCT id) {mine}") == [(JOBS, JOBS)]
    assert rows(app, "SELECT count(*), count(DISTINCT session) FROM fear_greed_batch_history") == [(JOBS, JOBS)]
    assert rows(app, "SELECT count(*) FROM batch_logs WHERE event = 'chunk-done'")[0][0] >= JOBS
    started = rows(app, f"SELECT priority, batch_jobs.id {mine} ORDER BY batch_attempts.started_at, priority, id")
    assert started == sorted(started)
    assert memory[-1] - memory[len(memory) // 4] < GROWTH_MB


def test_one_job_more_than_the_queue_holds_is_refused_and_nothing_is_lost(app: App) -> None:
    with pytest.raises(QueueFull) as refused:
        app.submit(submission(JOBS))

    assert refused.value.fields["capacity"] == JOBS
    assert app.queries.states()["QUEUED"] == JOBS
    assert rows(app, "SELECT count(*) FROM batch_chunks") == [(JOBS,)]


def test_claiming_listing_and_explaining_read_a_long_queue_by_indexes(app: App) -> None:
    with traced(app) as statements:
        job = app.worker().claimer.claim()
        app.worker().claimer.overtaking()
        app.queries.jobs(JobFilter())
        app.queries.jobs(JobFilter(status=("QUEUED",), sort="-finishedAt"))
        app.queries.states()
        app.queries.figures(app.clock.now())
        app.queries.changed_jobs(app.clock.now())
        last = app.queries.job(rows(app, "SELECT max(id) FROM batch_jobs WHERE status = 'QUEUED'")[0][0])
        app.view(last)

    plans = {sql: rows(app, f"EXPLAIN QUERY PLAN {sql}") for sql in statements}
    scans = [(line[3], sql[:200]) for sql, lines in plans.items() for line in lines if _reads_all(str(line[3]))]
    assert job is not None
    assert len(plans) > 10
    assert scans == []


def _reads_all(step: str) -> bool:
    return step.startswith("SCAN") and "INDEX" not in step and step.split()[1] not in SMALL_TABLES


@contextmanager
def traced(app: App) -> Iterator[set[str]]:
    """Statements on batch tables, as SQLite gets them, with their values."""
    seen: set[str] = set()

    def note(sql: str) -> None:
        if sql.startswith(("SELECT", "UPDATE")) and "batch_" in sql:
            seen.add(sql)

    def listen(connection: Any, _record: object) -> None:
        connection.set_trace_callback(note)

    app.engine.dispose()
    sa.event.listen(app.engine, "connect", listen)
    yield seen
    sa.event.remove(app.engine, "connect", listen)
    app.engine.dispose()
