"""A worker: claims jobs and runs them one after another, and keeps its leases fresh while they run."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dart_batch.application.execution.attempt import AttemptRunner
from dart_batch.application.execution.claiming import Claimer
from dart_batch.application.maintenance.rescue_expired import rescue_dead
from dart_batch.application.ports.clock import Clock, StopSignal
from dart_batch.application.ports.unit_of_work import UnitOfWorkFactory
from dart_batch.application.ports.workers import Processes, WorkerIdentity
from dart_batch.domain.errors import Transient


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker of this process. `poll_seconds` is the longest time a queued job waits for a free worker's look."""

    identity: WorkerIdentity
    uow: UnitOfWorkFactory
    processes: Processes
    clock: Clock
    runner: AttemptRunner
    claimer: Claimer
    poll_seconds: float

    def run(self, stop: StopSignal) -> None:
        """Work until a stop is asked for; a job that runs then is given back at its next chunk boundary."""
        with self._registered():
            while not stop.is_set():
                if self._look(stop) is None:
                    stop.wait(self.poll_seconds)

    def run_one(self, job_id: str, stop: StopSignal) -> str | None:
        """Run this job alone. Answers its outcome; null when another worker has it."""
        with self._registered():
            job = self.claimer.claim(job_id)
            return None if job is None else self.runner.run(job, stop)

    def _look(self, stop: StopSignal) -> str | None:
        try:
            rescue_dead(self.uow, self.processes, self.clock)
            job = self.claimer.claim()
        except Transient:
            return None
        return None if job is None else self.runner.run(job, stop)

    @contextmanager
    def _registered(self) -> Iterator[None]:
        with self.uow() as uow:
            uow.workers.register(self.identity, self.clock.now())
            uow.commit("register")
        done = threading.Event()
        heart = threading.Thread(target=self._beat, args=(done,), name="heartbeat", daemon=True)
        heart.start()
        try:
            yield
        finally:
            done.set()
            heart.join()
            with self.uow() as uow:
                uow.workers.leave(self.identity.id, self.clock.now())
                uow.commit("leave")

    def _beat(self, done: threading.Event) -> None:
        while not done.wait(self.claimer.lease_seconds / 3):
            try:
                self.claimer.extend()
            except Transient:
                continue
