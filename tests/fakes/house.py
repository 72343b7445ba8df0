"""The parts an attempt needs, on a real database, with a job type that does what a test says."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from builders import NOW, parameters
from dart_batch.adapters.persistence.index_queries import SqlIndexQueries
from dart_batch.adapters.persistence.log_queries import SqlLogQueries
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.watching import Watching
from dart_batch.application.use_cases.control_job import ControlJob
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.domain.job.status import Verb
from fakes.clock import FakeClock
from fakes.job_types import FakeJobType

Uow = Callable[[], SqlUnitOfWork]
KIND = JobType.HISTORICAL_BACKFILL


class Stop:
    """A stop signal that records how long it was waited on, and lets the time pass."""

    def __init__(self, stops_while_waiting: bool = False) -> None:
        self.waits: list[float | None] = []
        self._stops = stops_while_waiting

    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        return self._stops


@dataclass
class House:
    """`given` are changes to the parameters of jobs that are submitted."""

    uow: Uow
    engine: sa.Engine
    kind: FakeJobType = field(default_factory=FakeJobType)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    given: dict[str, Any] = field(default_factory=dict)
    watching: Watching = field(default_factory=Watching)
    ids: int = 0

    def new_id(self) -> str:
        self.ids += 1
        return f"id-{self.ids}"

    def submit(self, capacity: int = 10, **changes: object) -> BatchJob:
        use = SubmitJob(self.uow, {KIND: self.kind}, self.clock, self.new_id, capacity)
        return use(Submission(KIND, parameters(**({"retry": RetryPolicy(2, 1000)} | self.given)), **changes))

    def run(self, stop: object = None, worker: str = "worker-1") -> str:
        job = Claimer(self.uow, self.clock, worker, 10).claim()
        assert job is not None
        return self.runner().run(job, Halt(stop or threading.Event()))

    def runner(self) -> AttemptRunner:
        return AttemptRunner(self.uow, {KIND: self.kind}, self.clock, lambda: 0.0, watching=self.watching)

    def control(self, job_id: str, verb: Verb) -> BatchJob:
        return ControlJob(self.uow, self.clock)(job_id, verb, the_system("ann"))

    def job(self, job_id: str = "id-1") -> BatchJob:
        return SqlQueries(self.engine).job(job_id)

    def chunks(self) -> list[Chunk]:
        return SqlQueries(self.engine).chunks("id-1")

    def log(self) -> list[str]:
        return [row["event"] for row in SqlLogQueries(self.engine).lines("id-1")]

    def live(self) -> int:
        return SqlIndexQueries(self.engine).readings("KOSPI", "kospi", components=False).height
