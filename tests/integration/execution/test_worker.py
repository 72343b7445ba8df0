"""A worker with several slots on a real database: order, locks, limits, overtaking, revoking."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from builders import NOW, parameters, plan
from dart_batch.adapters.host.processes import HostProcesses
from dart_batch.adapters.persistence.log_queries import SqlLogQueries
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.adapters.persistence.waiting import SqlWaiting
from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.worker import Worker, WorkerLimits
from dart_batch.application.maintenance.rescue import Rescuer
from dart_batch.application.ports.unit_of_work import ClaimRules
from dart_batch.application.use_cases.control_job import ControlJob
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.errors import Transient
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.domain.job.status import CancelMode, JobStatus, Verb
from dart_batch.domain.job.waiting import Waiting, WaitingFor
from fakes.clock import FakeClock
from fakes.job_types import FakeJobType

Uow = Callable[[], SqlUnitOfWork]
KIND = JobType.HISTORICAL_BACKFILL


@dataclass
class Floor:
    """A place to submit jobs and to run a worker over them."""

    uow: Uow
    engine: sa.Engine
    kind: FakeJobType = field(default_factory=FakeJobType)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    rules: ClaimRules = field(default_factory=ClaimRules)
    ids: int = 0

    def new_id(self) -> str:
        self.ids += 1
        return f"id-{self.ids}"

    def submit(self, index: str, priority: Priority = Priority.NORMAL, owner: str = "ann", chunks: int = 3) -> str:
        """A job for the index of this name; jobs of different indices write different sessions."""
        self.kind.planned = plan(chunks=chunks, index=index)
        wanted = parameters(
            date_range=DateRange(date(2020, 1, 1), date(2020, 6, 1) + timedelta(days=self.ids)),
            retry=RetryPolicy(2, 1000),
        )
        use = SubmitJob(self.uow, {KIND: self.kind}, self.clock, self.new_id, 100)
        return use(Submission(KIND, wanted, priority=priority, owner=owner)).id

    def claimer(self, worker: str = "worker-1") -> Claimer:
        return Claimer(self.uow, self.clock, worker, 10, self.rules)

    def runner(self) -> AttemptRunner:
        return AttemptRunner(self.uow, {KIND: self.kind}, self.clock, lambda: 0.0)

    def rescuer(self) -> Rescuer:
        return Rescuer(self.uow, HostProcesses(), self.clock, grace_seconds=30)

    def worker(self, slots: int) -> Worker:
        processes = HostProcesses()
        identity = processes.identity()
        claimer = Claimer(self.uow, self.clock, identity.id, 3600, self.rules)
        limits = WorkerLimits(slots, poll_seconds=0.01, drain_seconds=10)
        return Worker(identity, self.uow, processes, self.clock, self.runner(), claimer, limits, self.rescuer())

    def run_until(self, reached: Callable[[], bool], slots: int) -> None:
        """Run a worker until the condition holds, or fail after a minute."""
        stop, watch = threading.Event(), threading.Event()
        thread = threading.Thread(target=self.worker(slots).run, args=(stop,))
        thread.start()
        for _ in range(12_000):
            if reached() or watch.wait(0.005):
                break
        ended = reached()
        stop.set()
        thread.join()
        assert ended

    def job(self, job_id: str) -> BatchJob:
        return SqlQueries(self.engine).job(job_id)

    def waiting(self, job_id: str) -> Waiting | None:
        return SqlWaiting(self.engine, self.rules, 20).explain(self.job(job_id), self.clock.now())

    def code(self, job_id: str) -> str | None:
        waiting = self.waiting(job_id)
        return None if waiting is None else waiting.code

    def why(self, job_id: str) -> str | None:
        waiting = self.waiting(job_id)
        return None if waiting is None else waiting.reason

    def all_done(self) -> bool:
        return set(SqlQueries(self.engine).states().items()) >= {("COMPLETED", self.ids_of_jobs())}

    def ids_of_jobs(self) -> int:
        return sum(SqlQueries(self.engine).states().values())


@pytest.fixture
def floor(uow: Uow, engine: sa.Engine) -> Floor:
    return Floor(uow, engine)


def test_two_slots_run_two_jobs_at_the_same_time(floor: Floor) -> None:
    both = threading.Barrier(2, timeout=60)
    floor.kind.before = lambda chunk: both.wait() if chunk.number == 1 else None
    floor.submit("a")
    floor.submit("b")

    floor.run_until(floor.all_done, slots=2)

    assert floor.kind.processed.count(1) == 2


def test_a_worker_that_retires_ends_what_runs_and_begins_nothing_more(floor: Floor) -> None:
    stop, retire = threading.Event(), threading.Event()
    floor.kind.before = lambda _chunk: retire.set()
    first, second = floor.submit("a"), floor.submit("b")

    floor.worker(1).run(stop, retire)

    assert [floor.job(job_id).status for job_id in (first, second)] == ["COMPLETED", "QUEUED"]


def test_jobs_that_would_write_the_same_sessions_never_run_at_once(floor: Floor) -> None:
    first, second = floor.submit("a"), floor.submit("a")
    floor.claimer().claim()

    assert floor.claimer("worker-2").claim() is None
    said = f"It waits for job {first}, which writes the same sessions of KOSPI / a."
    facts = {"job": first, "market": "KOSPI", "index": "a"}
    assert floor.waiting(second) == Waiting(WaitingFor.SESSIONS, said, facts, 1, 1)


def test_the_second_of_them_runs_when_the_first_has_ended(floor: Floor) -> None:
    floor.submit("a")
    floor.submit("a")

    floor.run_until(floor.all_done, slots=4)


def test_a_low_job_that_waited_long_enough_goes_before_a_fresh_high_one(floor: Floor) -> None:
    low = floor.submit("a", Priority.LOW)
    floor.clock.advance(1201)
    high = floor.submit("b", Priority.HIGH)

    order = [claimed.id for _ in range(2) if (claimed := floor.claimer().claim())]

    assert order == [low, high]


def test_before_that_the_high_one_goes_first(floor: Floor) -> None:
    low = floor.submit("a", Priority.LOW)
    floor.clock.advance(1199)
    high = floor.submit("b", Priority.HIGH)

    order = [claimed.id for _ in range(2) if (claimed := floor.claimer().claim())]

    assert order == [high, low]


def test_a_high_job_overtakes_a_running_low_one_at_its_next_chunk(floor: Floor) -> None:
    arrived: list[str] = []
    slow = threading.Event()

    def high_arrives(chunk: Chunk) -> None:
        if arrived and chunk.number > 1:
            slow.wait(0.05)
        if chunk.number == 1 and not arrived:
            arrived.append(floor.submit("b", Priority.HIGH, chunks=1))
            floor.kind.planned = plan(chunks=200, index="a")

    floor.kind.before = high_arrives
    low = floor.submit("a", Priority.LOW, chunks=200)

    floor.run_until(lambda: bool(arrived) and floor.job(arrived[0]).status is JobStatus.COMPLETED, slots=1)

    job = floor.job(low)
    events = [row["message"] for row in SqlLogQueries(floor.engine).lines(low)]
    assert f"Overtaken by HIGH job {arrived[0]}." in events
    assert 0 < job.chunks_done < 200


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        (ClaimRules(per_owner=1), "ann runs 1 jobs already, as many as one owner may."),
        (ClaimRules(per_market=1), "1 jobs run for KOSPI already, as many as one market may have."),
    ],
)
def test_limits_per_owner_and_market_hold_and_are_said(floor: Floor, rules: ClaimRules, reason: str) -> None:
    floor.rules = rules
    floor.submit("a")
    second = floor.submit("b")
    floor.claimer().claim()

    assert floor.claimer().claim() is None
    assert floor.why(second) == reason


def test_without_limits_the_second_job_runs_beside_the_first(floor: Floor) -> None:
    floor.submit("a")
    floor.submit("b")
    floor.claimer().claim()

    assert floor.claimer().claim() is not None


def test_every_waiting_job_says_why(floor: Floor) -> None:
    queued = floor.submit("a")
    paused = floor.submit("b")
    ControlJob(floor.uow, floor.clock)(paused, Verb.PAUSE, the_system("bob"))

    assert [floor.code(job_id) for job_id in (queued, paused)] == ["worker", "resume"]
    assert floor.why(queued) == "No worker is alive: start one with `dart-batch worker` or `dart-batch serve`."
    assert floor.why(paused) == "It is paused by bob."


def test_the_place_in_the_queue_follows_priority_and_time(floor: Floor) -> None:
    for index, priority in [("a", Priority.NORMAL), ("b", Priority.NORMAL), ("c", Priority.HIGH)]:
        floor.submit(index, priority)
        floor.clock.advance(1)
    waiting = SqlWaiting(floor.engine, floor.rules, 20)

    places = [waiting.explain(floor.job(job_id), floor.clock.now()) for job_id in ("id-1", "id-2", "id-3")]

    assert [(place.position, place.queued) for place in places if place] == [(2, 3), (3, 3), (1, 3)]


def test_the_priority_of_a_queued_job_can_be_changed(floor: Floor) -> None:
    floor.submit("a")
    second = floor.submit("b")

    ControlJob(floor.uow, floor.clock).prioritise(second, Priority.HIGH, the_system("bob"))

    claimed = floor.claimer().claim()
    assert claimed is not None
    assert claimed.id == second


def test_a_failure_outside_of_chunks_is_tried_again_later_and_says_so(floor: Floor) -> None:
    job_id = floor.submit("a")
    floor.kind.prepare = lambda job: _raise(Transient("The store is away."))
    job = floor.claimer().claim()
    assert job is not None

    outcome = floor.runner().run(job, Halt(threading.Event()))

    assert outcome == "set-back"
    assert floor.claimer().claim() is None
    assert floor.code(job_id) == "retry"
    assert "to try again" in (floor.why(job_id) or "")
    floor.clock.advance(1.001)
    assert floor.claimer().claim() is not None


def test_after_the_last_try_it_fails(floor: Floor) -> None:
    job_id = floor.submit("a")
    floor.kind.prepare = lambda job: _raise(Transient("The store is away."))
    outcomes = []
    for _ in range(3):
        floor.clock.advance(10)
        job = floor.claimer().claim()
        assert job is not None
        outcomes.append(floor.runner().run(job, Halt(threading.Event())))

    assert outcomes == ["set-back", "set-back", "failed"]
    assert floor.job(job_id).status is JobStatus.FAILED


def test_a_job_that_takes_down_worker_after_worker_is_failed_instead_of_handed_on(floor: Floor) -> None:
    job_id = floor.submit("a")
    for number in range(4):
        assert floor.claimer(f"worker-{number}").claim() is not None
        floor.clock.advance(11)

    assert floor.claimer("worker-9").claim() is None
    job = floor.job(job_id)
    assert (job.status, job.failure.code if job.failure else None) == (JobStatus.FAILED, "worker-lost")


def test_a_committed_chunk_clears_the_count_of_lost_workers(floor: Floor) -> None:
    job_id = floor.submit("a")
    floor.claimer("worker-1").claim()
    floor.clock.advance(11)
    job = floor.claimer("worker-2").claim()
    assert job is not None

    floor.runner().run(job, Halt(threading.Event()))

    assert floor.job(job_id).setbacks == 0


@pytest.mark.parametrize(("mode", "rows"), [(CancelMode.KEEP, 2), (CancelMode.ROLLBACK, 0)])
def test_a_cancel_keeps_or_takes_back_what_was_committed(floor: Floor, mode: CancelMode, rows: int) -> None:
    job_id = floor.submit("a")
    cancel = ControlJob(floor.uow, floor.clock)
    floor.kind.before = lambda chunk: cancel(job_id, Verb.CANCEL, the_system("bob"), mode) and None
    job = floor.claimer().claim()
    assert job is not None

    floor.runner().run(job, Halt(threading.Event()))

    with floor.uow() as work:
        assert work.generations.stored(job_id, "KOSPI").height == rows
    assert (floor.job(job_id).status, floor.job(job_id).progress.processed) == (JobStatus.CANCELLED, rows)


def test_a_worker_that_does_not_obey_a_cancel_loses_its_fence(floor: Floor) -> None:
    job_id = floor.submit("a")
    job = floor.claimer().claim()
    assert job is not None
    ControlJob(floor.uow, floor.clock)(job_id, Verb.CANCEL, the_system("bob"))
    floor.clock.advance(29)
    early = floor.rescuer().revoke_from_the_deaf()
    floor.clock.advance(2)

    late = floor.rescuer().revoke_from_the_deaf()
    outcome = floor.runner().run(job, Halt(threading.Event()))

    assert (early, late, outcome) == (0, 1, "lease-lost")
    assert floor.job(job_id).status is JobStatus.CANCELLED
    assert floor.job(job_id).progress.processed == 0


def test_fifty_jobs_are_drained_by_eight_slots_each_exactly_once(floor: Floor) -> None:
    for number in range(50):
        floor.submit(f"index-{number}", chunks=1)

    floor.run_until(floor.all_done, slots=8)

    assert floor.kind.processed == [1] * 50


def _raise(error: Exception) -> FakeJobType:
    raise error
