"""How often and after how long a failed chunk is tried again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Exponential back-off: `initial_delay_ms`, doubled after every try, `max_retries` times after the first try."""

    max_retries: int = 3
    initial_delay_ms: int = 1000
    multiplier: int = 2

    def allows(self, tries: int) -> bool:
        """Whether a chunk that was tried `tries` times may be tried again."""
        return tries <= self.max_retries

    def delay_ms(self, tries: int, jitter: float = 0.0) -> float:
        """Milliseconds to wait after the `tries`-th failed try (1-based); `jitter` in [0, 1) adds up to a tenth."""
        return self.initial_delay_ms * float(self.multiplier ** (tries - 1)) * (1 + 0.1 * jitter)
