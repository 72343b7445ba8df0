"""One attempt of a job as a pipeline; every way it can end becomes a recorded outcome."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dart_batch.application.execution.cancelling import carry_out
from dart_batch.application.execution.chunks import ChunkRunner
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.last_resort import Settle
from dart_batch.application.execution.limits import MEMORY_SETBACKS
from dart_batch.application.execution.sizing import Sizing
from dart_batch.application.execution.strategies.driving import Driving
from dart_batch.application.execution.watching import Watching
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.job_type import JobType as JobTypePort
from dart_batch.application.ports.job_type import Work
from dart_batch.application.ports.unit_of_work import (
    ERROR,
    INFO,
    WARNING,
    Lease,
    LogEntry,
    UnitOfWork,
    UnitOfWorkFactory,
)
from dart_batch.domain.errors import DartBatchError, Transient
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob, Failure
from dart_batch.domain.job.errors import (
    LeaseLost,
    MemoryLimitExceeded,
    OverMemory,
    Resized,
    Stopped,
    VerificationFailed,
)
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.strategy import Strategy

Tell = Callable[[BatchJob, str | None], None]
ALONE = Driving()
UNLIMITED = Watching()


def silent(job: BatchJob, outcome: str | None) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class AttemptRunner:
    """Runs claimed jobs to an outcome. `tell` hears of each job when it begins (null) and when it ends."""

    uow: UnitOfWorkFactory
    job_types: Mapping[JobType, JobTypePort]
    clock: Clock
    jitter: Callable[[], float]
    tell: Tell = silent
    driving: Driving = ALONE
    watching: Watching = UNLIMITED

    def run(self, job: BatchJob, halt: Halt) -> str:
        """Drive the job's open chunks, verify, publish. Answers the outcome, which is also recorded."""
        return self.go_on(job, lease_of(job), halt, lambda: self.job_types[job.type].prepare(job))

    def go_on(self, job: BatchJob, lease: Lease, halt: Halt, prepare: Callable[[], Work]) -> str:
        """As `run`, with another way to make the work ready."""
        self.tell(job, None)
        try:
            outcome = self._settled(job, lease, halt, prepare)
        except LeaseLost:
            outcome = "lease-lost"
        self.tell(job, outcome)
        return outcome

    def end(self, uow: UnitOfWork, job: BatchJob, work: Work, checks: list[CheckResult], now: datetime) -> str:
        """Complete a job whose stored result was checked, in the transaction of a caller who then saves it and closes
        its attempt; answers how that went, in words. Raises VerificationFailed.
        """
        job.verification = [check.to_dict() for check in checks]
        blocking = [check for check in checks if check.blocks]
        if blocking:
            raise VerificationFailed("; ".join(f"{item.code}: {item.objections} readings" for item in blocking))
        for line in work.conclude(uow, now):
            uow.logs.add(job.id, LogEntry(now, INFO, "published", line, job.fence))
        job.complete(now)
        return f"{job.reason.capitalize()}." if job.reason else "Completed."

    def close(self, uow: UnitOfWork, leases: Sequence[Lease], outcome: str, level: int, message: str) -> None:
        """Record the end of attempts, with the last lines of their logs."""
        now = self.clock.now()
        uow.attempts.closed(leases, outcome, message, now)
        for lease in leases:
            uow.logs.end(lease.job_id, LogEntry(now, level, outcome, message, lease.fence))

    def _settled(self, job: BatchJob, lease: Lease, halt: Halt, prepare: Callable[[], Work]) -> str:
        try:
            self._drive(job, lease, halt, prepare())
        except LeaseLost:
            raise
        except Stopped as stopped:
            return self._give_back(lease, stopped.message)
        except OverMemory as over:
            return self._set_back_smaller(job, lease, over)
        except Transient as error:
            return self._set_back(job, lease, error)
        except DartBatchError as error:
            return self._fail(lease, Failure(error.code, error.message))
        except Exception as error:  # noqa: BLE001  the one place where the unforeseen becomes a recorded outcome
            return self._fail(lease, Failure("unexpected", f"{type(error).__name__}: {error}"), traceback.format_exc())
        return "completed"

    def _drive(self, job: BatchJob, lease: Lease, halt: Halt, work: Work) -> None:
        wanted = job.parameters
        with self.uow().kept() as unit:
            sizing = Sizing(unit, self.clock, lease, work, job, job.chunk_size)
            with self.watching.over(sizing, halt) as watch, self.watching.beyond(sizing, watch, self._cut_off(sizing)):
                runner = ChunkRunner(unit, self.clock, self.jitter, lease, work, wanted.retry, wanted.skip_limit, watch)
                while not self._driven(runner, wanted.strategy, halt):
                    pass
        self._finish(lease, work)

    def _driven(self, runner: ChunkRunner, strategy: Strategy, halt: Halt) -> bool:
        """Whether all that is open was committed; false when it was cut anew and the strategy has to begin again."""
        with runner.unit as uow:
            chunks = uow.ledger.open(runner.lease.job_id)
        runner.watch.follow(chunks)
        try:
            self.driving.drive(strategy, runner, chunks, halt)
        except Resized:
            return False
        return True

    def _finish(self, lease: Lease, work: Work) -> None:
        with self.uow() as uow:
            checks = work.check(uow)
        with self.uow() as uow:
            held = _held(uow, lease)
            if held.control is not None:
                raise Stopped(f"{held.control.value} was asked for.")
            try:
                message = self.end(uow, held, work, checks, self.clock.now())
            except VerificationFailed:
                uow.jobs.save(held)
                uow.commit("verification")
                raise
            self.close(uow, [lease], "completed", INFO, message)
            uow.jobs.save(held)
            uow.commit("publish")

    def _give_back(self, lease: Lease, message: str) -> str:
        now = self.clock.now()
        with self.uow() as uow:
            job = _held(uow, lease)
            if job.control is None:
                job.release(message)
            else:
                carry_out(uow, job, now)
            uow.jobs.save(job)
            self.close(uow, [lease], "stopped", INFO, message)
            uow.commit("give-back")
        return "stopped"

    def _set_back(self, job: BatchJob, lease: Lease, error: Transient) -> str:
        policy = job.parameters.retry
        with self.uow() as uow:
            tries = _held(uow, lease).setbacks + 1
        if not policy.allows(tries):
            return self._fail(lease, Failure(error.code, error.message))
        return self._put_off(lease, policy.delay_ms(tries, self.jitter()), "set-back", error.message)

    def _cut_off(self, sizing: Sizing) -> Settle:
        """Records, from another thread, that the attempt ends in the middle of a chunk."""

        def settle(error: DartBatchError) -> None:
            job, lease = sizing.job, sizing.lease
            with self.uow() as uow:
                before = uow.attempts.in_a_row(job.id, OverMemory.code)
            if not isinstance(error, OverMemory):
                self._fail(lease, Failure(error.code, error.message))
            elif before >= MEMORY_SETBACKS:
                self._fail(lease, Failure(MemoryLimitExceeded.code, f"{error.message} It was set back {before} times."))
            else:
                replace(sizing, unit=self.uow()).halve(error.message)
                self._set_back_smaller(job, lease, error)

        return settle

    def _set_back_smaller(self, job: BatchJob, lease: Lease, over: OverMemory) -> str:
        return self._put_off(lease, job.parameters.retry.delay_ms(1, self.jitter()), over.code, over.message)

    def _put_off(self, lease: Lease, delay_ms: float, outcome: str, message: str) -> str:
        """Give the job back for later; a verb that waits for it comes first."""
        until = self.clock.now() + timedelta(milliseconds=delay_ms)
        with self.uow() as uow:
            held = _held(uow, lease)
            if held.control is None:
                held.set_back(f"{message} Tried again from {until:%H:%M:%S} UTC.", until)
                uow.jobs.save(held)
                self.close(uow, [lease], outcome, WARNING, message)
                uow.commit("set-back")
                return outcome
        return self._give_back(lease, message)

    def _fail(self, lease: Lease, failure: Failure, trace: str | None = None) -> str:
        now = self.clock.now()
        with self.uow() as uow:
            job = _held(uow, lease)
            job.fail(failure, now)
            uow.jobs.save(job)
            if trace:
                uow.logs.add(job.id, LogEntry(now, ERROR, "traceback", trace, lease.fence))
            self.close(uow, [lease], "failed", ERROR, f"Failed: {failure.message}")
            uow.commit("fail")
        return "failed"


def tried(call: Callable[[], Any]) -> tuple[Any, Exception | None]:
    """The result or the error of something that an AttemptRunner will meet, and record, if it went wrong."""
    try:
        return call(), None
    except Exception as error:  # noqa: BLE001  see above
        return None, error


def lease_of(job: BatchJob) -> Lease:
    """The lease under which the job was claimed."""
    return Lease(job.id, job.worker or "", job.fence)


def _held(uow: UnitOfWork, lease: Lease) -> BatchJob:
    job = uow.jobs.get(lease.job_id)
    if (job.worker, job.fence) != (lease.worker, lease.fence):
        raise LeaseLost(f"Job {lease.job_id} was taken over.")
    return job
