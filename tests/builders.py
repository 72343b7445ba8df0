"""Makes valid objects for tests; every argument can be replaced."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.status import JobStatus
from dart_batch.engine.schema import READING_SCHEMA

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def parameters(**changes: Any) -> BatchJobParameters:
    given: dict[str, Any] = {
        "date_range": DateRange(date(2020, 1, 1), date(2020, 12, 31)),
        "target_markets": ("KOSPI",),
        "definition": "kospi",
    }
    return BatchJobParameters(**(given | changes))


def plan(chunks: int = 3, items: int = 2, start: date = date(2020, 1, 1), **changes: Any) -> Plan:
    made = tuple(
        Chunk(
            number,
            "KOSPI",
            start + timedelta(days=(number - 1) * items),
            start + timedelta(days=number * items - 1),
            items,
        )
        for number in range(1, chunks + 1)
    )
    given: dict[str, Any] = {
        "chunks": made,
        "skips": (),
        "added": chunks * items,
        "changed": 0,
        "runs": {"KOSPI": [[str(made[0].first_session), str(made[-1].last_session)]]},
        "revisions": {"KOSPI": 1},
        "definition": "kospi@1",
        "index": "kospi",
        "definition_hash": "0" * 64,
    }
    return Plan(**(given | changes))


def job(status: JobStatus = JobStatus.PENDING, job_id: str = "job-1", **changes: Any) -> BatchJob:
    """A job in any state, reached by its verbs."""
    made = BatchJob.create(
        job_id, JobType.HISTORICAL_BACKFILL, changes.get("parameters", parameters()), changes.get("plan", plan()), NOW
    )
    for step in _WAY[status]:
        step(made)
    return made


def _start(it: BatchJob) -> None:
    it.start("tester", NOW)


def _claim(it: BatchJob) -> None:
    it.claim("worker-1", NOW + timedelta(seconds=10), NOW)


_WAY: dict[JobStatus, list[Any]] = {
    JobStatus.PENDING: [],
    JobStatus.QUEUED: [_start],
    JobStatus.RUNNING: [_start, _claim],
    JobStatus.PAUSED: [_start, lambda it: it.pause("tester", NOW)],
    JobStatus.COMPLETED: [_start, _claim, lambda it: it.complete(NOW)],
    JobStatus.FAILED: [_start, _claim, lambda it: it.fail(_failure(), NOW)],
    JobStatus.CANCELLED: [_start, lambda it: it.cancel("tester", NOW)],
}


def _failure() -> Any:
    from dart_batch.domain.job.batch_job import Failure

    return Failure("chunk-failed", "Chunk 2 failed 4 times.")


def readings(first: date, count: int, value: float | None = 50.0) -> pl.DataFrame:
    """`count` readings on consecutive days, all with the same value (null: withheld)."""
    rows = {
        "session": [first + timedelta(days=offset) for offset in range(count)],
        "value": [value] * count,
        "level": [None if value is None else "NEUTRAL"] * count,
        "coverage": [1.0] * count,
        "components": ["{}"] * count,
        "input_hash": [f"{offset:032x}" for offset in range(count)],
        "withheld_reason": ["coverage 0.00" if value is None else None] * count,
    }
    return pl.DataFrame(rows, schema=READING_SCHEMA)


MINI = """
name = "mini"
version = 1
title = "Two series"
rows = "sessions"
as_of = "18:00"
minimum_coverage = 0.5

[levels]
extreme_fear = 25
fear = 45
neutral = 55
greed = 75

[normalisation]
method = "percentile"
window = 5
convention = "midrank"

[[component]]
name = "alpha"
weight = 0.5
direction = "greed"
formula = "alpha"

[[component]]
name = "beta"
weight = 0.5
direction = "fear"
formula = "mean(beta, 3)"
"""
