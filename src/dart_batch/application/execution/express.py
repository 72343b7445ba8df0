"""The way of brief jobs: several are computed one after the other and end together in one transaction.

A short cut, not another set of rules: when anything is not as expected, nothing is committed and each job goes the
ordinary way, with what was computed for it at hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from dart_batch.application.execution.attempt import AttemptRunner, lease_of, tried
from dart_batch.application.execution.chunks import said
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.watching import Watch
from dart_batch.application.ports.job_type import Work
from dart_batch.application.ports.unit_of_work import INFO, ChunkOutcome, Done, Lease, LogEntry, UnitOfWork
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk


@dataclass(slots=True)
class Foreseen:
    """Work whose one chunk was processed ahead: `process` hands the result, or the error, out once."""

    work: Work
    chunk: Chunk
    result: Any
    error: Exception | None
    took_ms: float
    memory_bytes: int | None = None
    _spent: bool = False

    def itself(self) -> Work:
        """This, as work made ready."""
        return self

    def process(self, chunk: Chunk) -> Any:
        if self._spent or (chunk.number, chunk.items) != (self.chunk.number, self.chunk.items):
            return self.work.process(chunk)
        self._spent = True
        if self.error is not None:
            raise self.error
        return self.result

    def sessions(self, market: str) -> Sequence[date]:
        return self.work.sessions(market)

    def store(self, uow: UnitOfWork, chunk: Chunk, result: Any, at: datetime) -> ChunkOutcome:
        return self.work.store(uow, chunk, result, at)

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        return self.work.check(uow)

    def conclude(self, uow: UnitOfWork, at: datetime) -> list[str]:
        return self.work.conclude(uow, at)


@dataclass(frozen=True, slots=True)
class Express:
    """Runs batches of brief jobs through a runner's parts."""

    runner: AttemptRunner

    def run(self, jobs: list[BatchJob], halt: Halt) -> None:
        """Run jobs that were claimed together to their outcomes."""
        leases = {job.id: lease_of(job) for job in jobs}
        ready = self._foreseen(jobs, halt)
        sound = [job for job in jobs if job.id in ready and ready[job.id].error is None]
        ended = bool(sound) and tried(lambda: self._end(sound, leases, ready))[1] is None
        for job in jobs:
            if job.id not in ready:
                self.runner.run(job, halt)
            elif not ended or ready[job.id].error is not None:
                self.runner.go_on(job, leases[job.id], halt, ready[job.id].itself)

    def _foreseen(self, jobs: list[BatchJob], halt: Halt) -> dict[str, Foreseen]:
        with self.runner.uow() as uow:
            chunks = uow.ledger.sole([job.id for job in jobs])
        ahead = [(job.id, self._ahead(job, chunks[job.id])) for job in jobs if job.id in chunks and not halt.is_set()]
        return {job_id: one for job_id, one in ahead if one is not None}

    def _ahead(self, job: BatchJob, chunk: Chunk) -> Foreseen | None:
        work, unprepared = tried(lambda: self.runner.job_types[job.type].prepare(job))
        if unprepared is not None:
            return None
        began = self.runner.clock.monotonic()
        result, error = tried(lambda: work.process(chunk))
        took_ms = (self.runner.clock.monotonic() - began) * 1000
        return Foreseen(work, chunk, result, error, took_ms, Watch(resources=self.runner.watching.resources).memory())

    def _end(self, jobs: list[BatchJob], leases: dict[str, Lease], ready: dict[str, Foreseen]) -> None:
        with self.runner.uow() as uow:
            at = self.runner.clock.now()
            done = [self._stored(uow, leases[job.id], ready[job.id], at) for job in jobs]
            uow.ledger.mark(done, at)
            closing: dict[str, list[Lease]] = {}
            for one, job in zip(done, jobs, strict=True):
                message = self._concluded(uow, job, one, ready[job.id].work, at)
                closing.setdefault(message, []).append(one.lease)
            for message, closed in closing.items():
                self.runner.close(uow, closed, "completed", INFO, message)
            uow.jobs.save_ended(jobs)
            uow.commit("brief")
        for job in jobs:
            self.runner.tell(job, "completed")

    def _stored(self, uow: UnitOfWork, lease: Lease, ahead: Foreseen, at: datetime) -> Done:
        outcome = ahead.work.store(uow, ahead.chunk, ahead.result, at)
        return Done(lease, ahead.chunk, replace(outcome, memory_bytes=ahead.memory_bytes), ahead.took_ms)

    def _concluded(self, uow: UnitOfWork, job: BatchJob, one: Done, work: Work, at: datetime) -> str:
        line = LogEntry(at, INFO, "chunk-done", said(one.chunk, one.outcome), job.fence, one.chunk.number)
        uow.logs.add(job.id, line)
        job.count(one.outcome.written)
        return self.runner.end(uow, job, work, work.check(uow), at)
