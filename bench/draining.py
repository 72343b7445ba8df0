"""How many one-chunk jobs a second are submitted in bulk and drained by one worker on SQLite.

Every job has its ledger row, lease, attempt, history row, checks, publication, log and final state; the computation is
trivial. Run: .venv/bin/python -m bench.draining [jobs] [slots]
"""

import random
import resource
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import polars as pl

from bench.ledger import KOSPI, TrivialWork, frames
from dart_batch.adapters.host.clock import SystemClock, new_id
from dart_batch.adapters.host.processes import HostProcesses
from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.worker import Worker, WorkerLimits
from dart_batch.application.job_types.generation import Generation
from dart_batch.application.maintenance.rescue import Rescuer
from dart_batch.application.ports.unit_of_work import UnitOfWorkFactory
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.plan import Plan

FIRST = date(1990, 1, 1)
KIND = JobType.HISTORICAL_BACKFILL


@dataclass(frozen=True)
class OneSession:
    """A job type with one chunk of one session."""

    readings: dict[date, pl.DataFrame]

    def plan(self, parameters: BatchJobParameters) -> Plan:
        day = parameters.date_range.start
        runs = {"KOSPI": [[str(day), str(day)]]}
        chunk = Chunk(1, "KOSPI", day, day, 1)
        return Plan((chunk,), (), 1, 0, runs, {"KOSPI": 1}, KOSPI.identifier, KOSPI.name, KOSPI.content_hash)

    def prepare(self, job: BatchJob) -> TrivialWork:
        return TrivialWork(
            {1: self.readings[job.parameters.date_range.start]}, Generation(job, new_id, definition=KOSPI)
        )


def submissions(days: Iterable[date]) -> list[Submission]:
    return [Submission(KIND, BatchJobParameters(DateRange(day, day), ("KOSPI",), "kospi")) for day in days]


def drained(uow: UnitOfWorkFactory, kind: OneSession, slots: int, watch: sqlite3.Connection) -> float:
    """Seconds until a worker has ended every job."""
    clock, processes, stop = SystemClock(), HostProcesses(), threading.Event()
    identity = processes.identity()
    runner = AttemptRunner(uow, {KIND: kind}, clock, random.random)
    rescuer = Rescuer(uow, processes, clock, 30)
    claimer = Claimer(uow, clock, identity.id, 30)
    worker = Worker(identity, uow, processes, clock, runner, claimer, WorkerLimits(slots), rescuer)
    thread = threading.Thread(target=worker.run, args=(stop,))
    start = time.perf_counter()
    thread.start()
    while watch.execute("SELECT 1 FROM batch_jobs WHERE status IN ('QUEUED','RUNNING') LIMIT 1").fetchone():
        time.sleep(0.02)
    seconds = time.perf_counter() - start
    stop.set()
    thread.join()
    return seconds


def main() -> None:
    jobs, slots = (int(text) for text in (*sys.argv[1:], "10000", "50")[:2])
    reading, days = frames()[1].head(1), [FIRST + timedelta(days=number) for number in range(jobs)]
    kind = OneSession({day: reading.with_columns(session=pl.lit(day)) for day in days})
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "queue.db"
        engine = session.create_engine(f"sqlite:///{file}")
        schema.upgrade(engine)
        uow = partial(SqlUnitOfWork, session.unbegun(engine), gate=session.gate(engine))
        submit = SubmitJob(uow, {KIND: kind}, SystemClock(), new_id, jobs)
        wanted = submissions(days)
        start = time.perf_counter()
        submit.many(wanted)
        submitted = time.perf_counter() - start
        seconds = drained(uow, kind, slots, sqlite3.connect(file))
        done = SqlQueries(engine).states()["COMPLETED"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{jobs:,} jobs submitted in bulk: {jobs / submitted:,.0f}/s")
    print(f"{done:,} drained, {slots} at a time: {done / seconds:,.0f}/s, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()
