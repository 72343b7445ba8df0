"""One worker with many slots and jobs of several chunks."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from builders import plan
from dart_batch.adapters.host.clock import new_id
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.plan import Plan
from dart_batch.settings import Settings
from fakes.job_types import FakeJobType

KIND = JobType.HISTORICAL_BACKFILL
SLOTS = 50
FIRST = date(1990, 1, 1)
TOGETHER_SECONDS = 180


class TwoChunks(FakeJobType):
    """A job of two chunks of one session each."""

    def plan(self, parameters: BatchJobParameters) -> Plan:
        days = (parameters.date_range.start, parameters.date_range.end)
        chunks = tuple(Chunk(number, "KOSPI", day, day, 1) for number, day in enumerate(days, start=1))
        return replace(plan(chunks=2, items=2), chunks=chunks, runs={"KOSPI": [[str(days[0]), str(days[1])]]})


@pytest.fixture(params=["sqlite", "mariadb"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[App]:
    url = "" if request.param == "sqlite" else request.getfixturevalue("mariadb_url")
    given = Settings(dart_home=tmp_path, database_url=url, batch_concurrent_jobs=SLOTS, batch_lease_seconds=120)
    made = build(given)
    yield made
    made.engine.dispose()


def test_fifty_jobs_of_several_chunks_run_at_once_in_one_worker(app: App) -> None:
    together = threading.Barrier(SLOTS)

    def meet(chunk: Chunk) -> None:
        if chunk.number == 2:
            together.wait(TOGETHER_SECONDS)

    app.job_types[KIND] = TwoChunks(before=meet, new_id=new_id)
    days = [FIRST + timedelta(days=2 * number) for number in range(SLOTS)]
    app.submit.many(
        [Submission(KIND, BatchJobParameters(DateRange(day, day + timedelta(1)), ("KOSPI",), "kospi")) for day in days]
    )
    stop, pause = threading.Event(), threading.Event()
    worker = threading.Thread(target=app.worker().run, args=(stop,))
    worker.start()
    for _ in range(TOGETHER_SECONDS * 10):
        states = app.queries.states()
        if not states["QUEUED"] + states["RUNNING"]:
            break
        pause.wait(0.1)
    stop.set()
    worker.join()

    assert states["COMPLETED"] >= SLOTS
    assert not together.broken
