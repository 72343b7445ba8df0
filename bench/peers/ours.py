"""dart-batch on SQLite, with readings made beforehand. Commands: worker, submit, backfill, bulk N."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from bench.peers import work
from dart_batch.adapters.host.clock import new_id
from dart_batch.application.job_types.generation import Generation
from dart_batch.application.ports.unit_of_work import ChunkOutcome, UnitOfWork
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.plan import Plan
from dart_batch.engine.definition_file import shipped
from dart_batch.engine.schema import READING_SCHEMA
from dart_batch.settings import Settings

KOSPI = shipped()["kospi"]
BATCH = 500
READING = (date(1990, 1, 1), 50.0, "NEUTRAL", 0.85, work.COMPONENTS, "0" * 32, None)
READINGS = pl.DataFrame([READING] * work.SIZE, schema=READING_SCHEMA, orient="row")
EPOCH = "(julianday({}) - 2440587.5) * 86400.0"
CHUNKS_AS_MARKS = f"SELECT chunk, {EPOCH.format('at')} AS at FROM batch_logs WHERE event = 'chunk-done'"
JOBS_AS_MARKS = f"SELECT id AS chunk, {EPOCH.format('finished_at')} AS at FROM batch_jobs WHERE status = 'COMPLETED'"


@dataclass(frozen=True)
class ReadyMade:
    """A job type with a reading for every day of the range."""

    def plan(self, parameters: BatchJobParameters) -> Plan:
        span = parameters.date_range
        days = (span.end - span.start).days + 1
        starts = enumerate(range(0, days, work.SIZE), 1)
        chunks = tuple(_chunk(number, span.start, first, min(work.SIZE, days - first)) for number, first in starts)
        runs = {"KOSPI": [[str(span.start), str(span.end)]]}
        return Plan(chunks, (), days, 0, runs, {"KOSPI": 1}, KOSPI.identifier, KOSPI.name, KOSPI.content_hash)

    def prepare(self, job: BatchJob) -> "ReadyMadeWork":
        return ReadyMadeWork(job, Generation(job, new_id, definition=KOSPI))


@dataclass(frozen=True)
class ReadyMadeWork:
    """Stores, counts and publishes as a backfill does."""

    job: BatchJob
    generation: Generation

    def process(self, chunk: Chunk) -> pl.DataFrame:
        days = pl.date_range(chunk.first_session, chunk.last_session, eager=True)
        return READINGS.head(len(days)).with_columns(days.alias("session"))

    def sessions(self, market: str) -> list[date]:
        span = self.job.parameters.date_range
        return [span.start + timedelta(days=day) for day in range((span.end - span.start).days + 1)]

    def store(self, uow: UnitOfWork, chunk: Chunk, result: pl.DataFrame, at: datetime) -> ChunkOutcome:
        return self.generation.store(uow, chunk, result, at)

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        stored = sum(frame.height for frame in self.generation.read(uow).values())
        return [CheckResult("count", "error", stored, abs(stored - len(self.sessions("KOSPI"))))]

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        return self.generation.conclude(uow, at)


def _chunk(number: int, start: date, first: int, size: int) -> Chunk:
    return Chunk(number, "KOSPI", start + timedelta(days=first), start + timedelta(days=first + size - 1), size)


def worker() -> None:
    if "PEERS_KILL" in os.environ:
        moment, _, number = os.environ["PEERS_KILL"].partition(":")
        os.environ["DART_FAILPOINT"] = f"{moment}:chunk:{number}=SIGKILL"
    _app().worker().run(threading.Event())


def submit() -> None:
    _app().submit(_submission(0, work.CHUNKS * work.SIZE))
    _show(CHUNKS_AS_MARKS)


def backfill() -> None:
    """Both of bench.ledger's sides, the bare loop with the same rows."""
    from bench import ledger

    chunks, bare, whole = ledger.frames(), work.folder() / "bare", work.folder() / "whole"
    bare.mkdir()
    whole.mkdir()
    seconds = ledger.bare_loop(bare, chunks)
    work.tell(bare=seconds, seconds=ledger.whole_job(whole, chunks))


def bulk(count: int) -> None:
    submit_many = _app().submit.many
    submit_many([_submission(0, 1)])
    start = time.time()
    for first in range(1, count, BATCH):
        submit_many(list(_one_day_jobs(first, min(first + BATCH, count))))
    work.tell(seconds=time.time() - start)
    _show(JOBS_AS_MARKS)


def _one_day_jobs(first: int, end: int) -> Iterator[Submission]:
    yield from (_submission(day, 1) for day in range(first, end))


def _submission(day: int, days: int) -> Submission:
    start = work.FIRST + timedelta(days=day)
    span = DateRange(start, start + timedelta(days=days - 1))
    return Submission(JobType.HISTORICAL_BACKFILL, BatchJobParameters(span, ("KOSPI",), KOSPI.identifier))


def _app() -> App:
    database = f"sqlite:///{work.folder() / 'work.db'}"
    app = build(Settings(dart_home=work.folder(), database_url=database, batch_concurrent_jobs=work.slots()))
    app.job_types[JobType.HISTORICAL_BACKFILL] = ReadyMade()
    return app


def _show(marks: str) -> None:
    """What is done, in the form in which the peers' tasks leave it."""
    with closing(sqlite3.connect(work.folder() / "work.db", timeout=30)) as connection, connection:
        connection.execute(f"CREATE VIEW marks AS {marks}")


def main() -> None:
    work.run(worker=worker, submit=submit, backfill=backfill, bulk=bulk)
