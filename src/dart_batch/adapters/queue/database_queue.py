"""The queue is the table of jobs itself: workers look there, and nobody has to tell them."""

from collections.abc import Sequence

from dart_batch.application.ports.queue import Ready
from dart_batch.domain.job.priority import Priority


class DatabaseQueue:
    """Implements JobQueue for workers that poll."""

    def announce(self, ready: Sequence[Ready]) -> None:
        """Nothing is sent."""

    def silent(self) -> list[Priority]:
        return []
