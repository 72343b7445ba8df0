"""How far a job is."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of sessions. `processed` counts committed ones only, `failed` those of failed chunks and those left out
    because they cannot be computed; `skipped` ones, which the plan leaves alone, are not part of `total`.
    """

    total: int = 0
    processed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def percentage(self) -> float:
        """0 to 100; 100 for a job without items."""
        return 100.0 if self.total == 0 else 100.0 * self.processed / self.total

    def rate(self, since: datetime | None, base: int, now: datetime) -> float | None:
        """Sessions per second since the attempt began with `base` of them processed; null before the first one."""
        elapsed = (now - since).total_seconds() if since else 0.0
        done = self.processed - base
        return done / elapsed if elapsed > 0 and done > 0 else None

    def remaining_seconds(self, rate: float | None) -> float | None:
        """Estimated seconds to the end at a rate in sessions per second; null while there is no rate."""
        return None if not rate else (self.total - self.processed - self.failed) / rate
