"""A cluster of processes on one machine: MariaDB, Redis, nodes of workers, API nodes, each of which may be killed."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa
from small_market import give_observations

from builders import MINI
from dart_batch.adapters.persistence import schema, session
from dart_batch.application.definitions import store_definition
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.engine.definition_file import parse_definition
from dart_batch.settings import Settings

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 180.0
FIRST = date(2020, 1, 2)
BRISK = {"BATCH_LEASE_SECONDS": "6", "BATCH_POLL_SECONDS": "0.1", "BATCH_CONCURRENT_JOBS": "2"}


@dataclass
class Cluster:
    """Processes that share a database and a queue."""

    home: Path
    database: str
    redis: str
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    changes: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        plain = {name: text for name, text in os.environ.items() if not name.startswith(("DART_", "BATCH_", "REDIS"))}
        own = {"DART_HOME": str(self.home), "DATABASE_URL": self.database, "REDIS_URL": self.redis}
        return plain | own | BRISK | {"BATCH_QUEUE": "celery", "POLARS_MAX_THREADS": "1"} | self.changes

    def prepare(self) -> App:
        """The schema, the observations and the definition; answers an App to look and to submit with."""
        give_observations(self.home)
        engine = session.create_engine(self.database)
        schema.upgrade(engine)
        engine.dispose()
        app = build(
            Settings(dart_home=self.home, database_url=self.database, redis_url=self.redis, batch_queue="celery")
        )
        with app.uow() as uow:
            store_definition(uow, parse_definition(MINI, "mini.toml"), MINI, app.clock.now(), "ann")
            uow.commit("define")
        return app

    def node(self, *options: str) -> subprocess.Popen[bytes]:
        return self._start("worker", *options)

    def celery_node(self, app: str, children: int) -> subprocess.Popen[bytes]:
        """A node whose Celery application is in a module of the tests."""
        paths = os.pathsep.join([str(ROOT / "tests"), str(ROOT / "tests" / "e2e"), str(ROOT / "src")])
        self.changes["PYTHONPATH"] = paths
        options = ["--pool", "prefork", "--concurrency", str(children), "--without-mingle", "--loglevel", "WARNING"]
        return self._run([sys.executable, "-m", "celery", "-A", app, "worker", *options])

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        return self._run([str(Path(sys.executable).with_name("dart-batch")), *arguments])

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self.home / f"process-{len(self.processes)}.log").open("wb") as log:
            one = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.processes.append(one)
        return one

    def serve(self, port: int) -> subprocess.Popen[bytes]:
        return self._start("serve", "--port", str(port))

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process with all its children at once."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def said(self) -> str:
        return "\n".join(path.read_text()[-3000:] for path in sorted(self.home.glob("process-*.log")))

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)


def submit(app: App, jobs: int = 20, behind: int = 0) -> list[str]:
    """Backfills of five days each, none of which shares a session with another."""
    ids = []
    for number in range(behind, behind + jobs):
        start = FIRST + timedelta(days=5 * number)
        span = DateRange(start, start + timedelta(days=4))
        given = BatchJobParameters(span, ("KOSPI",), "mini", chunk_size=1)
        ids.append(app.submit(Submission(JobType.HISTORICAL_BACKFILL, given)).id)
    return ids


def until(reached: Callable[[], bool], cluster: Cluster, patience: float = PATIENCE_SECONDS) -> float:
    """Seconds until the condition holds; a database that does not answer counts as not yet."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        try:
            if reached():
                return time.monotonic() - began
        except Exception as error:  # noqa: BLE001  whatever is away comes back, or patience ends
            last = error
        time.sleep(0.05)
    raise TimeoutError(f"{locals().get('last', 'Not reached.')}\n{cluster.said()}")


def table(url: str) -> tuple[str, int, list[tuple[object, ...]]]:
    """Hash of all readings, chunks that were committed twice, and jobs by status."""
    readings = "SELECT session, value, level, coverage, components, input_hash FROM fear_greed_batch_history ORDER BY 1"
    twice = "SELECT job_id, chunk FROM batch_logs WHERE event = 'chunk-done' GROUP BY 1, 2 HAVING COUNT(*) > 1"
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        rows = [(str(row[0]), *row[1:]) for row in connection.exec_driver_sql(readings)]
        found = (
            hashlib.sha256(repr(rows).encode()).hexdigest(),
            len(connection.exec_driver_sql(twice).all()),
            [tuple(row) for row in connection.exec_driver_sql("SELECT status, COUNT(*) FROM batch_jobs GROUP BY 1")],
        )
    engine.dispose()
    return found


@contextmanager
def cluster(home: Path, database: str, redis: str, **changes: str) -> Iterator[Cluster]:
    made = Cluster(home, database, redis, changes=changes)
    try:
        yield made
    finally:
        made.end()
