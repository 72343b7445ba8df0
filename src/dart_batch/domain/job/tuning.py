"""How large chunks should be, from how long the last ones took."""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

TARGET_MS = 200.0
MOST = 5_000
SAMPLES = 3
STEP = 8


@dataclass(slots=True)
class Tuner:
    """Aims at TARGET_MS per chunk, between 1 and `most` sessions, in steps of at most a factor of STEP.

    It judges by the median of SAMPLES chunks, because the first one may compute ahead for all that follow.
    """

    size: int
    most: int = MOST
    _pace: deque[float] = field(default_factory=lambda: deque(maxlen=SAMPLES))

    def took(self, sessions: int, milliseconds: float) -> int | None:
        """Note a chunk; answers a better size, when the present one is off by a factor of two or more."""
        self._pace.append(milliseconds / sessions)
        if len(self._pace) < SAMPLES:
            return None
        fitting = int(min(TARGET_MS / max(median(self._pace), 1e-6), self.size * STEP))
        wanted = max(1, fitting, self.size // STEP)
        wanted = min(wanted, self.most)
        return wanted if wanted >= 2 * self.size or 2 * wanted <= self.size else None

    def settle(self, size: int) -> None:
        """Chunks have this size from now on."""
        self.size = size
        self._pace.clear()
