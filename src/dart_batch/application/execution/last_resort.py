"""Ends a process whose job is over a hard limit in the middle of a chunk, where nothing else can reach it.

Only for processes that are replaced at once, such as the children of a Celery node: what they had at hand is lost, what
was committed is not.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from dart_batch.application.execution.limits import MIB
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.resources import Resources
from dart_batch.domain.errors import DartBatchError, Transient
from dart_batch.domain.job.errors import LeaseLost, OverMemory, WallTimeExceeded
from dart_batch.domain.job.limits import JobLimits

LOOK_SECONDS = 0.05
WALL_GRACE_SECONDS = 5.0
MEMORY_MARGIN = 1.25
Settle = Callable[[DartBatchError], None]


@dataclass(frozen=True, slots=True)
class Overrun:
    """Finds that the limits are passed by so much that the look after a chunk comes too late. `deadline` is on the
    monotonic clock, null without one.
    """

    limits: JobLimits
    deadline: float | None
    clock: Clock
    resources: Resources

    def found(self) -> DartBatchError | None:
        """What the attempt should end with; null while all is well."""
        if self.deadline is not None and self.clock.monotonic() >= self.deadline + WALL_GRACE_SECONDS:
            return WallTimeExceeded(
                f"It ran for {WALL_GRACE_SECONDS:g} s longer than the {self.limits.wall_seconds:,g} s that it may, in "
                "the middle of a chunk, so its process was ended. Everything committed stays."
            )
        hard = self.limits.memory_hard_mb
        if hard and (used := self.resources.memory_bytes() / MIB) > hard * MEMORY_MARGIN:
            return OverMemory(
                f"The worker used {used:,.0f} MiB in the middle of a chunk, far over the hard limit of {hard:,}, so "
                "its process was ended. It goes on with smaller chunks."
            )
        return None


@dataclass(frozen=True, slots=True)
class LastResort:
    """`settle` records how the attempt ends; then `die` ends the process. When the attempt has ended otherwise
    meanwhile nothing happens; when the database does not answer the process ends all the same, and its lease lapses.
    """

    overrun: Overrun
    settle: Settle
    die: Callable[[], None]

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look in a thread of its own until the block ends."""
        over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(over,), name="last-resort", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(LOOK_SECONDS):
            if (error := self.overrun.found()) is None:
                continue
            with suppress(Transient):
                try:
                    self.settle(error)
                except LeaseLost:
                    return
            self.die()
            return
