"""What ledger, fence, progress, logs, verification and publication cost per chunk, above a bare loop.

Both sides write the same 10,000 readings in 100 transactions into a new SQLite file; the computation is trivial.
Run: .venv/bin/python -m bench.ledger
"""

import random
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import polars as pl

from dart_batch.adapters.host.clock import SystemClock, new_id
from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.halting import Halt
from dart_batch.application.job_types.generation import Generation
from dart_batch.application.ports.unit_of_work import ChunkOutcome, UnitOfWork, UnitOfWorkFactory
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.plan import Plan
from dart_batch.engine.definition_file import shipped
from dart_batch.engine.schema import READING_SCHEMA

CHUNKS, SIZE, ROUNDS = 100, 100, 15
FIRST = date(1990, 1, 1)
KOSPI = shipped()["kospi"]


@dataclass(frozen=True)
class Trivial:
    """A job type whose readings are made beforehand."""

    frames: dict[int, pl.DataFrame]
    definition: Definition = KOSPI

    def plan(self, parameters: BatchJobParameters) -> Plan:
        chunks = tuple(
            Chunk(number, "KOSPI", frame["session"][0], frame["session"][-1], frame.height)
            for number, frame in self.frames.items()
        )
        runs = {"KOSPI": [[str(chunks[0].first_session), str(chunks[-1].last_session)]]}
        return Plan(
            chunks, (), len(chunks) * SIZE, 0, runs, {"KOSPI": 1}, KOSPI.identifier, KOSPI.name, KOSPI.content_hash
        )

    def prepare(self, job: BatchJob) -> "TrivialWork":
        return TrivialWork(self.frames, Generation(job, new_id, definition=self.definition))


@dataclass(frozen=True)
class TrivialWork:
    """Stores what was made beforehand."""

    frames: dict[int, pl.DataFrame]
    generation: Generation

    def process(self, chunk: Chunk) -> pl.DataFrame:
        return self.frames[chunk.number]

    def sessions(self, market: str) -> list[date]:
        return [day for frame in self.frames.values() for day in frame["session"]]

    def store(self, uow: UnitOfWork, chunk: Chunk, result: pl.DataFrame, at: datetime) -> ChunkOutcome:
        return self.generation.store(uow, chunk, result, at)

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        stored = sum(frame.height for frame in self.generation.read(uow).values())
        made = sum(frame.height for frame in self.frames.values())
        return [CheckResult("count", "error", stored, abs(stored - made))]

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        return self.generation.conclude(uow, at)


def frames() -> dict[int, pl.DataFrame]:
    """Chunks of readings that look like real ones in size."""
    components = '{"priceMomentum":{"raw":0.0123456789,"score":55.5,"weight":0.25}}' * 10
    made = {}
    for number in range(1, CHUNKS + 1):
        start = FIRST + timedelta(days=(number - 1) * SIZE)
        rows = {
            "session": [start + timedelta(days=day) for day in range(SIZE)],
            "value": [50.0 + day / 10 for day in range(SIZE)],
            "level": ["NEUTRAL"] * SIZE,
            "coverage": [0.85] * SIZE,
            "components": [components] * SIZE,
            "input_hash": ["0" * 32] * SIZE,
            "withheld_reason": [None] * SIZE,
        }
        made[number] = pl.DataFrame(rows, schema=READING_SCHEMA)
    return made


def bare_loop(folder: Path, chunks: dict[int, pl.DataFrame]) -> float:
    """Seconds for a loop that only writes the rows, one transaction per chunk."""
    engine = session.create_engine(f"sqlite:///{folder}/bare.db")
    schema.upgrade(engine)
    engine.dispose()
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA synchronous=NORMAL")
    names = ["job_id", "market", "definition", "definition_hash", "created_at", *READING_SCHEMA]
    insert = f"INSERT INTO fear_greed_batch_history ({','.join(names)}) VALUES ({','.join('?' * len(names))})"
    fixed = ("job", "KOSPI", KOSPI.identifier, KOSPI.content_hash, "2026-01-01 00:00:00.000000")
    start = time.perf_counter()
    for frame in chunks.values():
        rows = [(*fixed, *row) for row in frame.with_columns(pl.col("session").cast(pl.String)).rows()]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(insert, rows)
        connection.execute("COMMIT")
    return time.perf_counter() - start


def whole_job(folder: Path, chunks: dict[int, pl.DataFrame]) -> float:
    """Seconds from submit to published, for the second job of a worker: the first has warmed its statements."""
    engine = session.create_engine(f"sqlite:///{folder}/job.db")
    schema.upgrade(engine)
    uow = partial(SqlUnitOfWork, session.unbegun(engine))
    run_job(uow, {1: chunks[1]}, "kospi")
    start = time.perf_counter()
    run_job(uow, chunks, "kospi@1")
    return time.perf_counter() - start


def run_job(uow: UnitOfWorkFactory, chunks: dict[int, pl.DataFrame], definition: str) -> None:
    clock, types = SystemClock(), {JobType.HISTORICAL_BACKFILL: Trivial(chunks)}
    parameters = BatchJobParameters(DateRange(FIRST, date(2020, 1, 1)), ("KOSPI",), definition)
    SubmitJob(uow, types, clock, new_id, 10_000)(Submission(JobType.HISTORICAL_BACKFILL, parameters))
    job = Claimer(uow, clock, "bench", 30).claim()
    assert job is not None
    outcome = AttemptRunner(uow, types, clock, random.random).run(job, Halt(threading.Event()))
    assert outcome == "completed", outcome


def rounds() -> Iterator[tuple[float, float]]:
    """Pairs of (bare, whole) in turn, so that noise hits both."""
    chunks = frames()
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            yield bare_loop(Path(folder), chunks), whole_job(Path(folder), chunks)


def main() -> None:
    bare, whole = (sorted(side)[ROUNDS // 2] for side in zip(*rounds(), strict=True))
    overhead = (whole - bare) / CHUNKS * 1000
    print(f"bare loop {bare * 1000:.0f} ms, whole job {whole * 1000:.0f} ms, overhead per chunk {overhead:.2f} ms")
    print(f"(medians of {ROUNDS} rounds in turn; {CHUNKS} chunks of {SIZE} readings)")


if __name__ == "__main__":
    main()
