"""How often somebody may call: a bucket of requests each, filled again as time passes."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from dart_batch.domain.errors import Refused

BURST_SECONDS = 10
MOST_BUCKETS = 10_000


class RateLimited(Refused):
    """The caller asked too often."""

    code = "rate-limited"
    hint = "Wait as long as Retry-After says; follow jobs by /api/batch/live rather than by asking."


@dataclass(slots=True)
class RateLimit:
    """Lets each name make `per_second` requests, and BURST_SECONDS' worth of them at once; 0: as many as it likes.

    Of this process only. Names that have not called for long are forgotten when there are many.
    """

    per_second: float
    monotonic: Callable[[], float] = time.monotonic
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str) -> None:
        """Count a request. Raises RateLimited with the seconds to wait."""
        if not self.per_second:
            return
        now, most = self.monotonic(), self.per_second * BURST_SECONDS
        with self._lock:
            left, at = self._left.get(name, (most, now))
            left = min(most, left + (now - at) * self.per_second)
            if left < 1:
                raise RateLimited("Too many requests.", retry_after=int((1 - left) / self.per_second) + 1)
            if len(self._left) >= MOST_BUCKETS and name not in self._left:
                self._left = {key: kept for key, kept in self._left.items() if now - kept[1] < BURST_SECONDS}
            self._left[name] = (left - 1, now)
