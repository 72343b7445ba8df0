"""A worker that does not look for work by itself, but comes when it is told that a job may run."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.worker import Worker
from dart_batch.application.ports.clock import StopSignal

BRIEF_SECONDS = 5.0


@dataclass(slots=True)
class Summons:
    """One job, or one row of brief jobs, at a time. The word names a job; which jobs run is what claiming decides."""

    worker: Worker
    _held: list[str] = field(default_factory=list)

    @contextmanager
    def present(self) -> Iterator[None]:
        """Be a worker that others can see, and keep the leases of what is under way, until the block ends."""
        with self.worker.registered(1, lambda: list(self._held)):
            yield

    def come(self, job_id: str, stop: StopSignal) -> int:
        """Run the most urgent jobs until `job_id` no longer waits: it was run, or another has it. While they are brief
        ones, go on with those that nobody has told of yet, for BRIEF_SECONDS: a word costs as much as such a job.
        Answers how many were run.

        Nothing happens when the job is not waiting any more, so that a word may come twice. Raises Transient when the
        database does not answer.
        """
        done, brief, clock = 0, False, self.worker.clock
        enough = clock.monotonic() + BRIEF_SECONDS
        while not stop.is_set() and ((brief and clock.monotonic() < enough) or self.worker.claimer.waits(job_id)):
            jobs = self.worker.claimer.claim_batch(self.worker.pace.size)
            if not jobs:
                break
            brief = jobs[0].brief
            self._held[:] = [job.id for job in jobs]
            try:
                self.worker.work(jobs, Halt(stop))
            finally:
                self._held.clear()
            done += len(jobs)
        return done
