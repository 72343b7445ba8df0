"""Verbs, workers, crashes and time in any order, on the real SQLite adapter beside a small model of a job."""

import sqlite3
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import count
from typing import Any

import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from builders import NOW, parameters, plan
from dart_batch.adapters.host.processes import HostProcesses
from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.tables import metadata
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.claiming import LOST_WORKERS, Claimer
from dart_batch.application.execution.halting import Halt
from dart_batch.application.job_types.generation import Generation
from dart_batch.application.maintenance.rescue import Rescuer
from dart_batch.application.ports.unit_of_work import ClaimRules
from dart_batch.application.ports.workers import ProcessUsage
from dart_batch.application.use_cases.control_job import ControlJob
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.errors import Fatal
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import DuplicateJob, VerbRefused
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import CancelMode, Verb
from fakes.clock import FakeClock
from fakes.job_types import FakeJobType, FakeWork

KIND = JobType.HISTORICAL_BACKFILL
LEASE, GRACE, CHUNKS, ITEMS = 10, 30, 3, 2
ALLOWED = {
    "PENDING": {"start", "cancel", "prioritise"},
    "QUEUED": {"pause", "cancel", "prioritise"},
    "RUNNING": {"pause", "cancel", "prioritise"},
    "PAUSED": {"start", "resume", "cancel", "prioritise"},
    "FAILED": {"start", "retry"},
    "CANCELLED": {"start"},
    "COMPLETED": set(),
}
ENDED = {"COMPLETED", "FAILED", "CANCELLED"}
CALM, CRASH, SHUTDOWN, BREAK = "calm", "crash", "shutdown", "break"
WORKERS = st.sampled_from(["worker-1", "worker-2", "worker-3"])
ENDS = st.sampled_from([CALM, CRASH, SHUTDOWN, BREAK])
AFTER = st.integers(0, CHUNKS - 1)
MODES = st.sampled_from(CancelMode)
VERBS = ["start", "pause", "resume", "cancel", "retry"]
PICK = st.integers(0, 11)


class PowerCut(BaseException):
    """Ends an attempt as a kill would: nothing is given back."""


@dataclass
class Model:
    """What is known about a job from what was done to it."""

    id: str
    index: str
    status: str
    queued_at: datetime
    priority: Priority = Priority.NORMAL
    done: set[int] = field(default_factory=set)
    fence: int = 0
    attempts: int = 0
    setbacks: int = 0
    worker: str | None = None
    lease_until: datetime | None = None
    control: str | None = None
    asked_at: datetime = NOW
    mode: CancelMode = CancelMode.KEEP

    @property
    def place(self) -> tuple[int, datetime, str]:
        return int(self.priority), self.queued_at, self.id

    def let_go(self, status: str) -> None:
        self.status, self.worker, self.lease_until, self.control = status, None, None, None

    def queue(self, at: datetime) -> None:
        self.let_go("QUEUED")
        self.queued_at, self.setbacks = at, 0

    def cancelled(self) -> None:
        self.let_go("CANCELLED")
        if self.mode is CancelMode.ROLLBACK:
            self.done = set()

    def obey(self) -> None:
        self.fence += 1
        self.cancelled() if self.control == "cancel" else self.let_go("PAUSED")

    def use(self, verb: str, mode: CancelMode, at: datetime) -> None:
        """An allowed verb."""
        if verb == "cancel":
            self.mode = mode
        if verb in ("start", "resume", "retry"):
            self.queue(at)
        elif self.status == "RUNNING":
            self.control, self.asked_at = verb, at
        else:
            self.cancelled() if verb == "cancel" else self.let_go("PAUSED")

    def work(self, end: str, after: int) -> str | None:
        """The outcome of an attempt that ends like this when it has committed `after` chunks; null: it crashed."""
        for committed, chunk in enumerate(sorted(set(range(1, CHUNKS + 1)) - self.done)):
            if committed == after and end != CALM:
                return self._ended(end)
            self.done.add(chunk)
            self.setbacks = 0
            if self.control:
                break
        if self.control:
            self.obey()
            return "stopped"
        self.let_go("COMPLETED")
        return "completed"

    def _ended(self, end: str) -> str | None:
        if end == BREAK:
            self.let_go("FAILED")
            return "failed"
        if end == SHUTDOWN:
            self.obey() if self.control else self.let_go("QUEUED")
            return "stopped"
        return None


class StopAfter:
    """The stop signal of a worker that shuts down when so many chunks were processed."""

    def __init__(self, kind: FakeJobType, chunks: int) -> None:
        self._kind, self._chunks = kind, chunks

    def is_set(self) -> bool:
        return len(self._kind.processed) >= self._chunks

    def wait(self, timeout: float | None = None) -> bool:
        return self.is_set()


class IndexPerJob(FakeJobType):
    """Publishes under the index that the job was planned for."""

    def prepare(self, job: BatchJob) -> FakeWork:
        return FakeWork(self, Generation(job, self.new_id, definition=replace(self.definition, name=job.plan["index"])))


@cache
def database() -> sa.Engine:
    """One engine for all examples, so that its statements are compiled once."""
    engine = session.create_engine(f"sqlite:///{tempfile.mkdtemp(prefix='job-life-')}/test.db")
    schema.upgrade(engine)
    return engine


@cache
def reader() -> sqlite3.Connection:
    return sqlite3.connect(str(database().url.database), isolation_level=None)


class JobLife(RuleBasedStateMachine):
    """Each rule does one thing to the system and the same to the model; the invariants compare them."""

    @initialize()
    def begin_with_two_queued_jobs(self) -> None:
        with database().begin() as connection:
            for table in metadata.tables.values():
                connection.execute(table.delete())
        self.uow: Callable[[], SqlUnitOfWork] = partial(SqlUnitOfWork, session.unbegun(database()))
        self.clock, self.kind = FakeClock(NOW), IndexPerJob(new_id=map("publication-{}".format, count(1)).__next__)
        self.known: list[Model] = []
        self.held: list[tuple[Model, BatchJob]] = []
        self.live: dict[str, str] = {}
        self.create("a", True)
        self.create("b", True)

    def teardown(self) -> None:
        assert self.rows("PRAGMA integrity_check") == [("ok",)]

    @rule(index=st.sampled_from(["a", "b", "c"]), start=st.booleans())
    def create(self, index: str, start: bool) -> None:
        self.kind.planned = plan(chunks=CHUNKS, items=ITEMS, index=index)
        wanted = parameters(definition=f"kospi@{'abc'.index(index) + 1}")
        new_id = f"id-{len(self.known):02}"
        submit = SubmitJob(self.uow, {KIND: self.kind}, self.clock, lambda: new_id, 100)
        twin = any(one.index == index and one.status not in ENDED for one in self.known)

        refused = self.refused(lambda: submit(Submission(KIND, wanted, start=start)), DuplicateJob)

        assert (refused is not None) == twin
        if not twin:
            self.known.append(Model(new_id, index, "QUEUED" if start else "PENDING", self.clock.now()))

    @rule(
        pick=PICK,
        verb=st.sampled_from(["start", "pause", "resume", "cancel", "retry"]),
        mode=st.sampled_from(CancelMode),
    )
    def use_a_verb(self, pick: int, verb: str, mode: CancelMode) -> None:
        model = self.known[pick % len(self.known)]
        control = ControlJob(self.uow, self.clock)

        refused = self.refused(lambda: control(model.id, Verb(verb), the_system("ann"), mode), VerbRefused)

        self.check_refusal(refused, model, verb)
        if refused is None:
            model.use(verb, mode, self.clock.now())

    @rule(pick=PICK, priority=st.sampled_from(Priority))
    def change_the_priority(self, pick: int, priority: Priority) -> None:
        model = self.known[pick % len(self.known)]
        control = ControlJob(self.uow, self.clock)

        refused = self.refused(lambda: control.prioritise(model.id, priority, the_system("ann")), VerbRefused)

        self.check_refusal(refused, model, "prioritise")
        if refused is None:
            model.priority = priority

    @rule(worker=WORKERS, end=ENDS, after=AFTER)
    def claim_and_work(self, worker: str, end: str, after: int) -> None:
        held = len(self.held)
        self.claim(worker)
        if len(self.held) > held:
            self.attempt(*self.held.pop(), end, after)

    @rule(worker=WORKERS, verb=st.sampled_from(["pause", "cancel"]), mode=MODES, end=ENDS)
    def claim_and_work_while_a_verb_waits(self, worker: str, verb: str, mode: CancelMode, end: str) -> None:
        held = len(self.held)
        self.claim(worker)
        if len(self.held) > held:
            self.use_a_verb(self.known.index(self.held[-1][0]), verb, mode)
            self.attempt(*self.held.pop(), end, 1)

    @precondition(lambda self: self.held)
    @rule(pick=PICK, end=ENDS, after=AFTER)
    def work_on_what_was_claimed_before(self, pick: int, end: str, after: int) -> None:
        self.attempt(*self.held.pop(pick % len(self.held)), end, after)

    @rule(worker=WORKERS)
    def claim(self, worker: str) -> None:
        taken = self.claimer(worker).claim()

        expected = self.next_claim()
        if taken is None:
            assert not expected
            return
        (model,) = [one for one in self.known if one.id == taken.id]
        assert model in expected
        assert model.status == "QUEUED" or model.setbacks < LOST_WORKERS
        model.setbacks += model.status == "RUNNING"
        model.status, model.worker, model.lease_until = "RUNNING", worker, self.clock.now() + timedelta(seconds=LEASE)
        model.fence += 1
        model.attempts += 1
        self.held.append((model, taken))

    @rule(worker=WORKERS)
    def take_over_what_is_late(self, worker: str) -> None:
        self.time_passes(LEASE + 1)
        self.claim(worker)

    @rule(worker=WORKERS)
    def take_one_worker_down_after_the_other(self, worker: str) -> None:
        for _ in range(LOST_WORKERS + 2):
            self.claim_and_work(worker, CRASH, 0)
            self.time_passes(LEASE + 1)

    @rule(seconds=st.sampled_from([1, GRACE + 1]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds)

    @rule(worker=WORKERS)
    def heartbeat(self, worker: str) -> None:
        held = [model.id for model in self.known if model.worker == worker]
        self.claimer(worker).extend(held, ProcessUsage(0.0, 0))

        for model in self.known:
            if model.worker == worker:
                model.lease_until = self.clock.now() + timedelta(seconds=LEASE)

    @rule()
    def revoke_from_the_deaf(self) -> None:
        Rescuer(self.uow, HostProcesses(), self.clock, GRACE).revoke_from_the_deaf()

        late = self.clock.now() - timedelta(seconds=GRACE)
        for model in self.known:
            if model.control == "cancel" and model.asked_at <= late:
                model.obey()

    @invariant()
    def every_job_is_as_the_model_says(self) -> None:
        found = self.rows(
            "SELECT id, status, priority, chunks_done, items_processed, fence, control, worker FROM batch_jobs"
        )
        assert found == [
            (m.id, m.status, int(m.priority), len(m.done), ITEMS * len(m.done), m.fence, m.control, m.worker)
            for m in self.known
        ]

    @invariant()
    def ledger_and_readings_agree(self) -> None:
        done = {(m.id, chunk) for m in self.known for chunk in m.done}
        written = self.rows(
            "SELECT c.job_id, c.number, count(h.session) FROM batch_chunks c JOIN fear_greed_batch_history h "
            "ON h.job_id = c.job_id AND h.session BETWEEN c.first_session AND c.last_session GROUP BY 1, 2"
        )
        assert set(self.rows("SELECT job_id, number FROM batch_chunks WHERE status = 'DONE'")) == done
        assert set(written) == {(*one, ITEMS) for one in done}

    @invariant()
    def only_completed_jobs_are_live(self) -> None:
        assert dict(self.rows("SELECT definition, job_id FROM index_segments")) == self.live
        completed = {m.id for m in self.known if m.status == "COMPLETED"}
        assert {job_id for (job_id,) in self.rows("SELECT job_id FROM index_publications")} == completed

    @invariant()
    def every_attempt_is_on_record(self) -> None:
        found = dict(self.rows("SELECT job_id, count(*) FROM batch_attempts GROUP BY 1"))
        assert found == {m.id: m.attempts for m in self.known if m.attempts}

    def attempt(self, model: Model, job: BatchJob, end: str, after: int) -> None:
        self.kind.processed = []
        self.kind.before = partial(self.trouble, end, after)
        stop: Any = StopAfter(self.kind, after) if end == SHUTDOWN else threading.Event()
        valid = (model.worker, model.fence) == (job.worker, job.fence)
        before = self.everything()

        outcome = self.outcome_of(job, Halt(stop))

        if not valid:
            assert outcome == (None if self.crashed else "lease-lost")
            assert self.everything() == before
            return
        assert outcome == model.work(end, after)
        if outcome == "completed":
            self.live[model.index] = model.id

    def claimer(self, worker: str) -> Claimer:
        return Claimer(self.uow, self.clock, worker, LEASE, ClaimRules(ageing_seconds=1e9))

    def next_claim(self) -> list[Model]:
        """Jobs of which any may be claimed next, after those were failed that took too many workers down."""
        now = self.clock.now()
        expired = [m for m in self.known if m.lease_until and m.lease_until < now]
        for model in [m for m in expired if m.setbacks >= LOST_WORKERS]:
            if self.rows(f"SELECT status FROM batch_jobs WHERE id = '{model.id}'") == [("FAILED",)]:
                model.let_go("FAILED")
                expired.remove(model)
        busy = {m.index for m in self.known if m.status == "RUNNING"}
        free = sorted((m for m in self.known if m.status == "QUEUED" and m.index not in busy), key=lambda m: m.place)
        return expired or free[:1]

    def outcome_of(self, job: BatchJob, halt: Halt) -> str | None:
        self.crashed = False
        try:
            return AttemptRunner(self.uow, {KIND: self.kind}, self.clock, lambda: 0.0).run(job, halt)
        except PowerCut:
            self.crashed = True
            return None

    def trouble(self, end: str, after: int, _chunk: Chunk) -> None:
        if len(self.kind.processed) < after:
            return
        if end == CRASH:
            raise PowerCut
        if end == BREAK:
            raise Fatal("The source is broken.")

    def refused(self, act: Callable[[], object], kind: type[Exception]) -> Any:
        """The refusal, which must have changed nothing; null when it was not refused."""
        before = self.everything()
        try:
            act()
        except kind as error:
            assert self.everything() == before
            return error
        return None

    def check_refusal(self, refused: Any, model: Model, verb: str) -> None:
        assert (refused is None) == (verb in ALLOWED[model.status])
        if refused is not None:
            assert (refused.fields["status"], refused.fields["verb"]) == (model.status, verb)
            assert set(refused.fields["allowed"]) == ALLOWED[model.status]
            assert all(name in f"{refused} {refused.hint}" for name in (model.status, *ALLOWED[model.status]))

    def everything(self) -> list[list[Any]]:
        tables = ("batch_jobs", "batch_chunks", "batch_attempts", "batch_logs", "fear_greed_batch_history")
        return [self.rows(f"SELECT * FROM {table}") for table in (*tables, "index_segments", "index_publications")]

    def rows(self, sql: str) -> list[Any]:
        return reader().execute(sql).fetchall()


TestJobLife = JobLife.TestCase
TestJobLife.settings = settings(max_examples=80, stateful_step_count=30, deadline=None, derandomize=True, database=None)
