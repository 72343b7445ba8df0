"""Named places where a test can make this process fail: DART_FAILPOINT=after:chunk:3=SIGKILL.

Reads as: after the third commit at boundary `chunk`, send this process SIGKILL. Unset, nothing happens.
"""

import os
import signal
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Failpoint:
    """Counts passages of one place and sends the signal at the wanted one."""

    place: str
    passage: int
    signal: signal.Signals
    seen: Counter[str] = field(default_factory=Counter)

    def __call__(self, place: str) -> None:
        self.seen[place] += 1
        if place == self.place and self.seen[place] == self.passage:
            os.kill(os.getpid(), self.signal)


def failpoint_from_environment() -> Failpoint | None:
    """The failpoint named by DART_FAILPOINT; null when it is unset. Raises ValueError on a malformed one."""
    text = os.environ.get("DART_FAILPOINT")
    if not text:
        return None
    where, _, kind = text.partition("=")
    when, boundary, passage = where.split(":")
    return Failpoint(f"{when}:{boundary}", int(passage), signal.Signals[kind])
