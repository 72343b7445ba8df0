"""Runs one chunk: compute, commit, and on a transient failure wait and try again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dart_batch.application.execution.halting import Halt
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.job_type import Work
from dart_batch.application.ports.unit_of_work import (
    INFO,
    WARNING,
    ChunkOutcome,
    Lease,
    LogEntry,
    UnitOfWork,
)
from dart_batch.domain.errors import DartBatchError, Transient
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import Stopped
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.domain.job.status import Verb


class ChunkFailed(DartBatchError):
    """A chunk used up its tries; the ledger holds the cause."""

    code = "chunk-failed"


@dataclass(frozen=True, slots=True)
class ChunkRunner:
    """Commits chunks under one lease. `jitter` gives numbers in [0, 1)."""

    unit: UnitOfWork
    clock: Clock
    jitter: Callable[[], float]
    lease: Lease
    work: Work
    policy: RetryPolicy

    def run(self, chunk: Chunk, halt: Halt) -> Verb | None:
        """Commit the chunk exactly once; answers the verb that waits for the job.

        Raises ChunkFailed after the last try, Stopped when a stop is asked for while waiting, LeaseLost when another
        worker has taken over.
        """
        while True:
            try:
                started = self.clock.monotonic()
                result = self.work.process(chunk)
                return self.commit(chunk, result, (self.clock.monotonic() - started) * 1000)
            except Transient as error:
                chunk = self.tried(chunk, error, halt)

    def commit(self, chunk: Chunk, result: Any, took_ms: float) -> Verb | None:
        """Store what the chunk came to, its ledger row, the counters and a log line, all or nothing."""
        with self.unit as uow:
            at = self.clock.now()
            outcome = self.work.store(uow, chunk, result, at)
            waiting = uow.ledger.commit(self.lease, chunk, outcome, took_ms, at)
            uow.logs.add(self.lease.job_id, self._line(INFO, "chunk-done", _said(chunk, outcome), chunk))
            uow.commit("chunk")
        return waiting

    def tried(self, chunk: Chunk, error: Transient, halt: Halt) -> Chunk:
        """Record a failed try and wait before the next one. Raises like `run`."""
        chunk = self._failed(chunk, error, final=not self.policy.allows(chunk.tries + 1))
        if halt.wait(self.policy.delay_ms(chunk.tries, self.jitter()) / 1000):
            raise Stopped(halt.reason) from error
        return chunk

    def _failed(self, chunk: Chunk, error: DartBatchError, *, final: bool) -> Chunk:
        with self.unit as uow:
            uow.ledger.record_try(self.lease, chunk, error.code, error.message, final=final)
            message = f"Try {chunk.tries + 1} failed: {error.message}"
            uow.logs.add(self.lease.job_id, self._line(WARNING, "chunk-try-failed", message, chunk))
            uow.commit("chunk-try")
        if final:
            raise ChunkFailed(f"Chunk {chunk.number} failed {chunk.tries + 1} times: {error.message}") from error
        return replace(chunk, tries=chunk.tries + 1)

    def _line(self, level: int, event: str, message: str, chunk: Chunk) -> LogEntry:
        return LogEntry(self.clock.now(), level, event, message, self.lease.fence, chunk.number)


def _said(chunk: Chunk, outcome: ChunkOutcome) -> str:
    withheld = f", {outcome.withheld} withheld" if outcome.withheld else ""
    return f"{chunk.first_session}..{chunk.last_session}: {outcome.written} readings{withheld}"
