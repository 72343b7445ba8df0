"""How far a job is."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of sessions. `processed` counts committed sessions only; skipped ones are not part of `total`."""

    total: int = 0
    processed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def percentage(self) -> float:
        """0 to 100; 100 for a job without items."""
        return 100.0 if self.total == 0 else 100.0 * self.processed / self.total

    def rate(self, started: datetime | None, now: datetime) -> float | None:
        """Sessions per second since the attempt started; null before the first one."""
        elapsed = (now - started).total_seconds() if started else 0.0
        return self.processed / elapsed if elapsed > 0 and self.processed else None

    def remaining_seconds(self, started: datetime | None, now: datetime) -> float | None:
        """Estimated seconds to the end at the present rate; null while there is no rate."""
        rate = self.rate(started, now)
        return None if rate is None else (self.total - self.processed) / rate
