"""How many brief jobs a worker takes at once, from how long the last ones took."""

from dataclasses import dataclass

TARGET_SECONDS = 0.05
MOST = 64


@dataclass(slots=True)
class Pace:
    """Starts with one job at a time; slow jobs stay alone, so that other workers and slots get their share."""

    size: int = 1
    _looked: float = float("-inf")

    def took(self, jobs: int, seconds: float) -> None:
        """Grow to what fits into TARGET_SECONDS, at most double; shrink at once."""
        fitting = int(jobs * TARGET_SECONDS / max(seconds, 1e-6))
        self.size = max(1, min(fitting, 2 * jobs, MOST)) if jobs >= self.size or fitting < self.size else self.size

    def due(self, now: float, every: float) -> bool:
        """Whether `every` seconds have passed since the last time it was."""
        if now - self._looked < every:
            return False
        self._looked = now
        return True
