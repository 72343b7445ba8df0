"""How long a page of the list of jobs takes among 100,000 jobs, by what it is narrowed to and sorted by.

One in a hundred jobs waits, the others were cancelled; one in ten has a tag, one has another. Run: .venv/bin/python -m
bench.job_list [jobs]
"""

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from dart_batch.adapters.persistence.job_list import JobFilter
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobMetadata, JobType
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.priority import Priority
from dart_batch.settings import Settings

JOBS, ROUNDS, OWNERS = 100_000, 5, 50
WAITING, TAGGED = 100, 10
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = date(2020, 1, 2)
PARAMETERS = BatchJobParameters(DateRange(DAY, DAY), ("KOSPI",), "kospi")
PLAN = Plan((), (), 1, 0, {}, {"KOSPI": 1}, "kospi@1", "kospi", "0" * 64)
NARROWED = {
    "all, first page": JobFilter(),
    "all, by priority": JobFilter(sort="priority"),
    "all, last finished first": JobFilter(sort="-finishedAt"),
    "waiting": JobFilter(status=["PENDING"]),
    "failed: none": JobFilter(status=["FAILED"]),
    "of one owner": JobFilter(owner="owner-7"),
    "of one type": JobFilter(type="INDEX_RECALCULATION"),
    "of a market: none": JobFilter(market="US"),
    "with a tag that one job has": JobFilter(tags=["rare"]),
    "with a text that few jobs have": JobFilter(text="number 777"),
    "with a text: none": JobFilter(text="nowhere"),
}


def job(number: int) -> BatchJob:
    """The job of this number, made a second after the one before."""
    kind = JobType.HISTORICAL_BACKFILL if number % 3 else JobType.INDEX_RECALCULATION
    made = BatchJob.create(f"{number:026d}", kind, PARAMETERS, PLAN, BEGAN + timedelta(seconds=number))
    made.owner, made.priority = f"owner-{number % OWNERS}", list(Priority)[number * 7919 % len(Priority)]
    tags = ("nightly",) if number % TAGGED == 0 else ("rare",) if number == 1 else ()
    made.metadata = JobMetadata(f"job number {number}", tags)
    if number % WAITING:
        made.start(made.owner, made.created_at)
        made.cancel(made.owner, made.created_at + timedelta(minutes=1))
    return made


def fill(app: App, count: int) -> None:
    with app.uow() as uow:
        for number in range(count):
            uow.jobs.add(job(number))
        uow.commit("bench")


def cost(call: Callable[[], object]) -> str:
    """Medians of ROUNDS calls."""
    times = []
    for _ in range(ROUNDS):
        begun, used = time.perf_counter(), time.process_time()
        call()
        times.append((time.perf_counter() - begun, time.process_time() - used))
    clock, processor = (sorted(seconds)[ROUNDS // 2] * 1000 for seconds in zip(*times, strict=True))
    return f"{clock:8.1f} ms of the clock, {processor:6.1f} ms of the processor"


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else JOBS
    with tempfile.TemporaryDirectory() as folder:
        app = build(Settings(dart_home=Path(folder)))
        fill(app, count)
        for name, wanted in NARROWED.items():
            print(f"{name:34}{cost(partial(app.queries.jobs, wanted))}")
        far = app.queries.job(f"{count // 10:026d}")
        for sort in ("-createdAt", "-finishedAt"):
            wanted = replace(JobFilter(sort=sort), after=JobFilter(sort=sort).place(far))
            print(f"{'nine tenths down, ' + sort:34}{cost(partial(app.queries.jobs_behind, wanted))}")
    print(f"(pages of {JobFilter().limit} of {count:,}, with the total on first pages; medians of {ROUNDS} calls)")


if __name__ == "__main__":
    main()
