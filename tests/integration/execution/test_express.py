"""Brief jobs that are claimed together and end together: the same outcomes as one by one."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from builders import NOW, parameters, plan
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.express import Express
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.pace import MOST, Pace
from dart_batch.application.use_cases.control_job import ControlJob
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.errors import Transient
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import DuplicateJob, QueueFull
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.domain.job.status import JobStatus, Verb
from fakes.clock import FakeClock
from fakes.job_types import FakeJobType

Uow = Callable[[], SqlUnitOfWork]
KIND = JobType.HISTORICAL_BACKFILL
FIRST = date(2020, 1, 1)


@dataclass
class Days(FakeJobType):
    """One-chunk jobs of one session; longer ranges have a chunk for every session."""

    def plan(self, parameters: BatchJobParameters) -> Plan:
        span = parameters.date_range
        return plan(chunks=(span.end - span.start).days + 1, items=1, start=span.start)


@dataclass
class Lane:
    """A queue of jobs of one day each."""

    uow: Uow
    engine: sa.Engine
    kind: Days = field(default_factory=Days)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    halt: Halt = field(default_factory=lambda: Halt(threading.Event()))
    ids: int = 0

    def new_id(self) -> str:
        self.ids += 1
        return f"id-{self.ids:02}"

    def submit(self, *days: int, capacity: int = 100, last: int | None = None) -> list[BatchJob]:
        spans = [DateRange(FIRST + timedelta(day), FIRST + timedelta(last or day)) for day in days]
        use = SubmitJob(self.uow, {KIND: self.kind}, self.clock, self.new_id, capacity)
        return use.many([Submission(KIND, parameters(date_range=span, retry=RetryPolicy(2, 0))) for span in spans])

    def claim(self, most: int = 10, worker: str = "worker-1") -> list[BatchJob]:
        return Claimer(self.uow, self.clock, worker, 10).claim_batch(most)

    def run(self, jobs: list[BatchJob]) -> None:
        Express(AttemptRunner(self.uow, {KIND: self.kind}, self.clock, random.random)).run(jobs, self.halt)

    def statuses(self) -> list[JobStatus]:
        return [SqlQueries(self.engine).job(f"id-{number:02}").status for number in range(1, self.ids + 1)]

    def rows(self) -> list[tuple[str, str]]:
        with self.engine.connect() as connection:
            found = connection.execute(sa.text("SELECT job_id, session FROM fear_greed_batch_history ORDER BY 1, 2"))
            return [(row[0], str(row[1])) for row in found]


@pytest.fixture
def lane(uow: Uow, engine: sa.Engine) -> Lane:
    return Lane(uow, engine)


def test_brief_jobs_are_claimed_in_order_and_end_together(lane: Lane) -> None:
    lane.submit(0, 1, 2)

    jobs = lane.claim()
    lane.run(jobs)

    assert [job.id for job in jobs] == ["id-01", "id-02", "id-03"]
    assert lane.statuses() == [JobStatus.COMPLETED] * 3
    assert [row[0] for row in lane.rows()] == ["id-01", "id-02", "id-03"]
    assert lane.kind.processed == [1, 1, 1]


def test_a_batch_ends_before_the_first_job_with_more_than_one_chunk(lane: Lane) -> None:
    lane.submit(0)
    lane.submit(10, last=12)
    lane.submit(20)

    assert [[job.id for job in lane.claim()] for _ in range(3)] == [["id-01"], ["id-02"], ["id-03"]]


def test_jobs_that_write_the_same_sessions_are_never_in_one_batch(lane: Lane) -> None:
    lane.submit(0)
    lane.kind.plan = lambda parameters: plan(chunks=1, items=1, start=FIRST)  # type: ignore[method-assign]
    lane.submit(1)

    assert [job.id for job in lane.claim()] == ["id-01"]
    assert lane.claim() == []


def test_a_job_that_fails_leaves_the_others_of_its_batch_complete(lane: Lane) -> None:
    lane.kind.before = _refuse_second_day
    lane.submit(0, 1, 2)

    lane.run(lane.claim())

    assert lane.statuses() == [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.COMPLETED]
    (chunk,) = SqlQueries(lane.engine).chunks("id-02")
    assert (chunk.tries, chunk.error_message) == (3, "not today")


def test_a_job_that_was_asked_to_pause_keeps_its_batch_from_ending_for_it(lane: Lane) -> None:
    asked: list[str] = []

    def ask(chunk: Chunk) -> None:
        if not asked:
            asked.append("id-01")
            ControlJob(lane.uow, lane.clock)("id-01", Verb.PAUSE, the_system("ann"))

    lane.kind.before = ask
    lane.submit(0, 1)

    lane.run(lane.claim())

    assert lane.statuses() == [JobStatus.PAUSED, JobStatus.COMPLETED]


def test_a_job_that_another_worker_took_over_is_not_written_by_the_batch(lane: Lane) -> None:
    lane.submit(0, 1)
    jobs = lane.claim()
    lane.clock.advance(11)
    (taken,) = lane.claim(worker="worker-2")

    lane.run(jobs)

    assert (taken.id, lane.statuses()) == ("id-01", [JobStatus.RUNNING, JobStatus.COMPLETED])
    assert [row[0] for row in lane.rows()] == ["id-02"]


def test_a_failed_verification_publishes_nothing_of_its_job(lane: Lane) -> None:
    lane.kind.checks = [CheckResult("count", "error", 1, 1)]
    lane.submit(0)

    lane.run(lane.claim())

    assert lane.statuses() == [JobStatus.FAILED]
    assert SqlQueries(lane.engine).job("id-01").verification is not None


def test_jobs_of_a_batch_that_have_not_begun_are_given_back_at_a_shutdown(lane: Lane) -> None:
    lane.kind.before = lambda chunk: lane.halt.ask("The worker shuts down.")
    lane.submit(0, 1, 2)

    lane.run(lane.claim())

    assert lane.statuses() == [JobStatus.COMPLETED, JobStatus.QUEUED, JobStatus.QUEUED]


def test_many_jobs_are_submitted_together_or_not_at_all(lane: Lane) -> None:
    with pytest.raises(QueueFull, match="room for 2 more jobs, not for 3"):
        lane.submit(0, 1, 2, capacity=2)
    with pytest.raises(DuplicateJob):
        lane.submit(0, 1, 0)

    assert set(SqlQueries(lane.engine).states().values()) == {0}


def test_the_pace_doubles_while_jobs_are_quick_and_falls_at_once_when_they_are_not() -> None:
    pace = Pace()

    sizes = []
    for _ in range(8):
        pace.took(pace.size, 0.001 * pace.size)
        sizes.append(pace.size)
    pace.took(pace.size, 10.0)

    assert sizes == [2, 4, 8, 16, 32, 50, 50, 50]
    assert (pace.size, MOST) == (1, 64)


def _refuse_second_day(chunk: Chunk) -> None:
    if chunk.first_session == FIRST + timedelta(1):
        raise _NotToday("not today")


class _NotToday(Transient):
    code = "not-today"
