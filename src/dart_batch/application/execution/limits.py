"""What is looked after when a chunk is committed: the job's limits, and the size of its open chunks."""

from dataclasses import dataclass
from typing import Protocol

from dart_batch.application.execution.memory import PeakMemory
from dart_batch.application.execution.sizing import Sizing
from dart_batch.application.execution.throttle import Throttle
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.job_type import Sheds
from dart_batch.application.ports.resources import Resources
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import MemoryLimitExceeded, OverMemory, Resized, WallTimeExceeded
from dart_batch.domain.job.limits import JobLimits
from dart_batch.domain.job.tuning import Tuner

MIB = 1024 * 1024
MEMORY_SETBACKS = 3
PATIENCE = 2


class Rule(Protocol):
    """One thing to look after between chunks."""

    def look(self, chunk: Chunk, took_ms: float) -> None:
        """The chunk was committed after this time; raise what ends the attempt, or Resized."""
        ...


@dataclass(frozen=True, slots=True)
class WallTime:
    """Ends a job that has run for its allowance. `deadline` is on the monotonic clock."""

    limit: float
    deadline: float
    clock: Clock

    def look(self, chunk: Chunk, took_ms: float) -> None:
        """Raises WallTimeExceeded."""
        if self.clock.monotonic() >= self.deadline:
            raise WallTimeExceeded(
                f"It ran for the {self.limit:,g} seconds that it may. Everything committed stays; a start goes on "
                "with a fresh allowance."
            )


@dataclass(slots=True)
class Memory:
    """Makes chunks smaller over the soft limit, and ends the attempt over the hard one."""

    limits: JobLimits
    peak: PeakMemory
    resources: Resources
    sizing: Sizing
    tuner: Tuner
    _patience: int = 0

    def look(self, chunk: Chunk, took_ms: float) -> None:
        """Raises OverMemory, MemoryLimitExceeded when that happened too often in a row, or Resized."""
        used = self.peak.taken() / MIB
        if 0 < self.limits.memory_hard_mb < used:
            self._end(used)
        self._patience = max(0, self._patience - 1)
        if 0 < self.limits.memory_soft_mb < used and not self._patience:
            self._shrink(f"The worker used {used:,.0f} MiB, over the soft limit of {self.limits.memory_soft_mb:,}.")

    def _shrink(self, why: str) -> None:
        self._patience = PATIENCE
        if self._smaller(why):
            raise Resized(why)

    def _end(self, used: float) -> None:
        limit = self.limits.memory_hard_mb
        why = f"The worker used {used:,.0f} MiB, over the hard limit of {limit:,}."
        with self.sizing.unit as uow:
            before = uow.attempts.in_a_row(self.sizing.lease.job_id, OverMemory.code)
        if before >= MEMORY_SETBACKS:
            raise MemoryLimitExceeded(f"{why} It was set back {before} times with smaller chunks before.")
        self._smaller(why)
        raise OverMemory(f"{why} It goes on with smaller chunks.")

    def _smaller(self, why: str) -> bool:
        if isinstance(self.sizing.work, Sheds):
            self.sizing.work.shed()
        self.resources.give_back()
        changed = self.sizing.halve(why)
        self.tuner.most = self.sizing.size
        self.tuner.settle(self.sizing.size)
        return changed


@dataclass(frozen=True, slots=True)
class Share:
    """Keeps a job to its share of the processor."""

    throttle: Throttle

    def look(self, chunk: Chunk, took_ms: float) -> None:
        """Sleep as long as needed. Raises Stopped."""
        self.throttle.keep()


@dataclass(frozen=True, slots=True)
class Tuning:
    """Fits the chunk size to how long chunks take."""

    sizing: Sizing
    tuner: Tuner

    def look(self, chunk: Chunk, took_ms: float) -> None:
        """Raises Resized."""
        wanted = self.tuner.took(chunk.items, took_ms)
        if wanted is None:
            return
        self.tuner.settle(wanted)
        if self.sizing.resize(wanted, "Tuned."):
            raise Resized(f"Chunks have {wanted} sessions now.")
