"""Keeps a job to its share of the processor by sleeping between chunks."""

from collections.abc import Callable
from dataclasses import dataclass

from dart_batch.application.execution.halting import Halt
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.resources import CpuMeter
from dart_batch.domain.job.errors import Stopped
from dart_batch.domain.job.status import Verb

LOOK_SECONDS = 0.25
LEAST_SLEEP = 0.02
MOST_CREDIT = 1.0


@dataclass(slots=True)
class Throttle:
    """`share` is processor seconds per second (0.5: half a core). `asked` tells the verb that waits for the job.

    What a chunk used too much is slept off before the next one; what it used too little is kept as credit for at most
    MOST_CREDIT seconds, so that waiting earns no burst later.
    """

    share: float
    meter: CpuMeter
    clock: Clock
    halt: Halt
    asked: Callable[[], Verb | None]
    _at: float = 0.0
    _used: float = 0.0
    _debt: float = 0.0

    def begin(self) -> None:
        """Count from now on."""
        self._at, self._used, self._debt = self.clock.monotonic(), self.meter.seconds(), 0.0

    def keep(self) -> None:
        """Sleep as long as the share demands. Raises Stopped when the job is asked to stop meanwhile."""
        self._account()
        if self._debt < LEAST_SLEEP:
            return
        self.meter.stop()
        try:
            self._sleep(self._debt)
        finally:
            self.meter.start()
        self._account()

    def _account(self) -> None:
        now, used = self.clock.monotonic(), self.meter.seconds()
        self._debt += (used - self._used) / self.share - (now - self._at)
        self._debt = max(self._debt, -MOST_CREDIT)
        self._at, self._used = now, used

    def _sleep(self, seconds: float) -> None:
        end = self.clock.monotonic() + seconds
        while (left := end - self.clock.monotonic()) > 0:
            if self.halt.wait(min(left, LOOK_SECONDS)):
                raise Stopped(self.halt.reason)
            waiting = self.asked()
            if waiting is not None:
                raise Stopped(f"{waiting.value} was asked for.")
