"""Runs one chunk: compute, commit, on a transient failure wait and try again, and leave out what cannot be computed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.isolating import POISONING, Isolation
from dart_batch.application.execution.watching import Watch
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
from dart_batch.domain.job.errors import PlanBroken, SkipLimitExceeded, Stopped
from dart_batch.domain.job.poison import Poison, named
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.domain.job.status import Verb


class ChunkFailed(DartBatchError):
    """A chunk used up its tries; the ledger holds the cause."""

    code = "chunk-failed"


@dataclass(frozen=True, slots=True)
class ChunkRunner:
    """Commits chunks under one lease. `jitter` gives numbers in [0, 1); `skip_limit` is the number of sessions of the
    whole job that may be left out because they cannot be computed.
    """

    unit: UnitOfWork
    clock: Clock
    jitter: Callable[[], float]
    lease: Lease
    work: Work
    policy: RetryPolicy
    skip_limit: int = 0
    watch: Watch = field(default_factory=Watch)

    def run(self, chunk: Chunk, halt: Halt) -> Verb | None:
        """Commit the chunk exactly once; answers the verb that waits for the job.

        Raises ChunkFailed after the last try, SkipLimitExceeded when too many sessions cannot be computed, Stopped
        when a stop is asked for while waiting, LeaseLost when another worker has taken over.
        """
        while True:
            started = self.clock.monotonic()
            try:
                result = self.work.process(chunk)
            except POISONING as error:
                if not (isinstance(error, Transient) and self.again(chunk)):
                    return self.isolate(chunk, error, halt)
                chunk = self.tried(chunk, error, halt)
                continue
            try:
                return self.commit(chunk, result, (self.clock.monotonic() - started) * 1000)
            except Transient as error:
                if self._counted(chunk):
                    return self._asked()
                chunk = self.tried(chunk, error, halt)

    def commit(self, chunk: Chunk, result: Any, took_ms: float) -> Verb | None:
        """Store what the chunk came to, its ledger row, the counters and a log line, all or nothing."""
        return self.complete(chunk, [(chunk, result)], (), took_ms)

    def tried(self, chunk: Chunk, error: Transient, halt: Halt) -> Chunk:
        """Record a failed try and wait before the next one. Raises like `run`."""
        chunk = self._failed(chunk, error, final=not self.policy.allows(chunk.tries + 1))
        if halt.wait(self.policy.delay_ms(chunk.tries, self.jitter()) / 1000):
            raise Stopped(halt.reason) from error
        return chunk

    def again(self, chunk: Chunk) -> bool:
        """Whether a Transient failure to compute the chunk counts as `tried`; else it is to be `isolate`d."""
        return self.policy.allows(chunk.tries + 1) or not self.skip_limit

    def isolate(self, chunk: Chunk, error: Exception, halt: Halt) -> Verb | None:
        """Commit a chunk that cannot be computed as a whole, without the sessions that are to blame. Raises like `run`,
        and the error as it is when the job may leave nothing out.
        """
        if not self.skip_limit or isinstance(error, PlanBroken):
            raise error
        started, before = self.clock.monotonic(), self._poison()
        found = Isolation(self.work, halt, self.skip_limit - len(before))
        found.search(chunk, error)
        if found.exceeded:
            raise self._exceeded(chunk, [*before, *found.poison]) from error
        return self.complete(chunk, found.parts, found.poison, (self.clock.monotonic() - started) * 1000)

    def complete(
        self, chunk: Chunk, parts: Sequence[tuple[Chunk, Any]], poison: Sequence[Poison], took_ms: float
    ) -> Verb | None:
        """As `commit`, from parts of the chunk with what they came to, and without the sessions in `poison`."""
        began, memory = self.clock.monotonic(), self.watch.memory()
        with self.unit as uow:
            at = self.clock.now()
            stored = [self.work.store(uow, part, result, at) for part, result in parts]
            outcome = _total(stored, poison, memory)
            waiting = uow.ledger.commit(self.lease, chunk, outcome, took_ms, at)
            for one in poison:
                uow.logs.add(self.lease.job_id, self._line(at, WARNING, "session-skipped", str(one), chunk))
            uow.logs.add(self.lease.job_id, self._line(at, INFO, "chunk-done", said(chunk, outcome), chunk))
            uow.commit("chunk")
        if waiting is None:
            self.watch.look(chunk, took_ms + (self.clock.monotonic() - began) * 1000)
        return waiting

    def _counted(self, chunk: Chunk) -> bool:
        """Whether a commit that raised was made nevertheless and only its answer was lost."""
        with self.unit as uow:
            return all(one.number != chunk.number for one in uow.ledger.open(self.lease.job_id))

    def _asked(self) -> Verb | None:
        with self.unit as uow:
            return uow.ledger.asked(self.lease)

    def _poison(self) -> list[Poison]:
        with self.unit as uow:
            return uow.ledger.poison(self.lease.job_id)

    def _exceeded(self, chunk: Chunk, found: list[Poison]) -> SkipLimitExceeded:
        error = SkipLimitExceeded(
            f"More than {self.skip_limit} sessions cannot be computed: {named(found)}. The last: {found[-1].message}"
        )
        self._record(chunk, error, error.message, final=True)
        return error

    def _failed(self, chunk: Chunk, error: DartBatchError, *, final: bool) -> Chunk:
        self._record(chunk, error, f"Try {chunk.tries + 1} failed: {error.message}", final=final)
        if final:
            raise ChunkFailed(f"Chunk {chunk.number} failed {chunk.tries + 1} times: {error.message}") from error
        return replace(chunk, tries=chunk.tries + 1)

    def _record(self, chunk: Chunk, error: DartBatchError, message: str, *, final: bool) -> None:
        with self.unit as uow:
            uow.ledger.record_try(self.lease, chunk, error.code, error.message, final=final)
            uow.logs.add(self.lease.job_id, self._line(self.clock.now(), WARNING, "chunk-try-failed", message, chunk))
            uow.commit("chunk-try")

    def _line(self, at: datetime, level: int, event: str, message: str, chunk: Chunk) -> LogEntry:
        return LogEntry(at, level, event, message, self.lease.fence, chunk.number)


def _total(stored: Sequence[ChunkOutcome], poison: Sequence[Poison], memory: int | None) -> ChunkOutcome:
    said = "; ".join([one.said for one in stored if one.said])
    written, withheld = sum([one.written for one in stored]), sum([one.withheld for one in stored])
    return ChunkOutcome(written, withheld, tuple(poison), said, memory)


def said(chunk: Chunk, outcome: ChunkOutcome) -> str:
    """What the log tells of a chunk that is done."""
    if outcome.said:
        return outcome.said
    written, empty = chunk.written + outcome.written, chunk.withheld + outcome.withheld
    withheld = f", {empty} withheld" if empty else ""
    skipped = f", {len(outcome.poison)} skipped" if outcome.poison else ""
    return f"{chunk.first_session.isoformat()}..{chunk.last_session.isoformat()}: {written} readings{withheld}{skipped}"
