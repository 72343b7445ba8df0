"""How many brief jobs a worker takes at once, and how often it makes its rounds."""

from dataclasses import dataclass

TARGET_SECONDS = 0.05
MOST = 64


@dataclass(slots=True)
class Pace:
    """Starts with one job at a time; slow jobs stay alone, so that other workers and slots get their share."""

    size: int = 1
    target_seconds: float = TARGET_SECONDS

    def took(self, jobs: int, seconds: float) -> None:
        """Grow to what fits into `target_seconds`, at most double; shrink at once."""
        fitting = int(jobs * self.target_seconds / max(seconds, 1e-6))
        self.size = max(1, min(fitting, 2 * jobs, MOST)) if jobs >= self.size or fitting < self.size else self.size


@dataclass(slots=True)
class Rounds:
    """A duty that is done from time to time, by whoever passes by."""

    _last: float | None = None

    def due(self, now: float, every: float, *, at_once: bool = True) -> bool:
        """Whether `every` seconds have passed since the last time it was. The first time is `at_once`, or later."""
        if self._last is None and not at_once:
            self._last = now
        if self._last is not None and now - self._last < every:
            return False
        self._last = now
        return True
