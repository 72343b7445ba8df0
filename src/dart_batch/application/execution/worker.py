"""A worker: claims jobs, runs them side by side, and keeps its leases fresh while they run."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.execution.express import Express
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.pace import Pace, Rounds
from dart_batch.application.execution.slots import Slots
from dart_batch.application.maintenance.housekeeper import Housekeeper
from dart_batch.application.maintenance.rescue import Rescuer
from dart_batch.application.ports.clock import Clock, StopSignal
from dart_batch.application.ports.unit_of_work import UnitOfWorkFactory
from dart_batch.application.ports.workers import Processes, WorkerIdentity
from dart_batch.domain.errors import Transient
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.priority import Priority

LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """`slots` jobs run at once; `poll_seconds` is the longest time a queued job waits for a free worker's look;
    `drain_seconds` is the time box for running chunks after a stop was asked for.
    """

    slots: int = 1
    poll_seconds: float = 0.5
    drain_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Either:
    """Set when one of the two is."""

    one: StopSignal
    other: StopSignal

    def is_set(self) -> bool:
        return self.one.is_set() or self.other.is_set()

    def wait(self, timeout: float) -> bool:
        return self.is_set() or self.one.wait(timeout) or self.is_set()


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker of this process."""

    identity: WorkerIdentity
    uow: UnitOfWorkFactory
    processes: Processes
    clock: Clock
    runner: AttemptRunner
    claimer: Claimer
    limits: WorkerLimits
    rescuer: Rescuer
    pace: Pace = field(default_factory=Pace)
    rounds: Rounds = field(default_factory=Rounds)
    chores: Rounds = field(default_factory=Rounds)
    housekeeper: Housekeeper | None = None

    @property
    def express(self) -> Express:
        """The way of brief jobs."""
        return Express(self.runner)

    def run(self, stop: StopSignal, retire: StopSignal | None = None) -> None:
        """Work until a stop is asked for; jobs that run then are given back at their next chunk boundary. When `retire`
        is set no job is begun any more, and those that run are run to their ends.
        """
        leaves = stop if retire is None else Either(stop, retire)
        slots = Slots(self.limits.slots)
        with self.registered(self.limits.slots, slots.held):
            while not leaves.is_set():
                slots.changed.clear()
                self._look(slots, stop, leaves)
                _wait(slots, leaves, self.limits.poll_seconds)
            while slots.held() and not stop.is_set():
                stop.wait(LOOK_SECONDS)
            slots.join(self.limits.drain_seconds)

    def run_one(self, job_id: str, stop: StopSignal) -> str | None:
        """Run this job alone. Answers its outcome; null when another worker has it, or it may not run yet."""
        with self.registered(1, lambda: [job_id]):
            job = self.claimer.claim(job_id)
            return None if job is None else self.runner.run(job, Halt(stop))

    def _look(self, slots: Slots, stop: StopSignal, leaves: StopSignal) -> None:
        try:
            self._make_rounds(self.clock.monotonic())
            while (free := slots.free) and not leaves.is_set():
                if self.pace.size > 1 and slots.brief:
                    return
                jobs = self.claimer.claim_batch(min(free, self.pace.size))
                if not jobs:
                    return
                self._begin(slots, jobs, Halt(stop))
            if (urgent := self.claimer.overtaking()) is not None:
                slots.overtake(urgent, self._may_yield)
        except Transient:
            return

    def _make_rounds(self, now: float) -> None:
        """The house is kept from the second round on: who takes over from the dead begins with their jobs."""
        if self.rounds.due(now, self.limits.poll_seconds):
            self.rescuer.rescue()
        if self.housekeeper is not None and self.chores.due(now, self.limits.poll_seconds, at_once=False):
            self.housekeeper.look()

    def _begin(self, slots: Slots, jobs: list[BatchJob], halt: Halt) -> None:
        slots.occupy(jobs, halt, lambda: self.work(jobs, halt))

    def work(self, jobs: list[BatchJob], halt: Halt) -> None:
        """Run the jobs to their outcomes. One whose outcome cannot be recorded is left to its lease, which nobody
        extends any more.
        """
        began = self.clock.monotonic()
        try:
            if jobs[0].brief:
                self.express.run(jobs, halt)
                self.pace.took(len(jobs), self.clock.monotonic() - began)
            else:
                self.runner.run(jobs[0], halt)
        except Transient:
            return

    def _may_yield(self, job: BatchJob) -> bool:
        waited = (self.clock.now() - (job.queued_at or job.created_at)).total_seconds()
        return job.priority.aged(waited, self.claimer.rules.ageing_seconds) > Priority.HIGH

    @contextmanager
    def registered(self, slots: int, held: Callable[[], list[str]]) -> Iterator[None]:
        """Be in the list of workers, and keep the leases of the jobs in `held`, until the block ends."""
        with self.uow() as uow:
            uow.workers.register(self.identity, slots, self.clock.now())
            uow.workers.beat(self.identity.id, self.processes.usage(), self.clock.now())
            uow.commit("register")
        done = threading.Event()
        heart = threading.Thread(target=self._beat, args=(done, held), name="heartbeat", daemon=True)
        heart.start()
        try:
            yield
        finally:
            done.set()
            heart.join()
            with self.uow() as uow:
                uow.workers.leave(self.identity.id, self.clock.now())
                uow.commit("leave")

    def _beat(self, done: threading.Event, held: Callable[[], list[str]]) -> None:
        while not done.wait(self.claimer.lease_seconds / 3):
            try:
                self.claimer.extend(held(), self.processes.usage())
            except Transient:
                continue


def _wait(slots: Slots, stop: StopSignal, seconds: float) -> None:
    """Until a slot becomes free, a stop is asked for, or the time is over."""
    end = time.monotonic() + seconds
    while not stop.is_set() and not slots.changed.is_set() and (left := end - time.monotonic()) > 0:
        slots.changed.wait(min(left, LOOK_SECONDS))
