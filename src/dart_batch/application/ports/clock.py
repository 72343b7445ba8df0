"""Time and identity, injected so that tests decide them."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """UTC time, and waiting that a stop request ends early."""

    def now(self) -> datetime:
        """The present moment, with zone UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start, for durations."""
        ...


class StopSignal(Protocol):
    """Tells running work that it should stop at the next safe point; threading.Event is one."""

    def is_set(self) -> bool:
        """Whether a stop was asked for."""
        ...

    def wait(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds; true as soon as a stop was asked for."""
        ...
