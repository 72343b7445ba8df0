"""How workers hear that a job may run. The database decides; a message that is lost or comes twice changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dart_batch.domain.job.priority import Priority


@dataclass(frozen=True, slots=True)
class Ready:
    """A job that may run now."""

    job_id: str
    priority: Priority


class JobQueue(Protocol):
    """Carries the word that jobs may run to workers that wait for it."""

    def announce(self, ready: Sequence[Ready]) -> None:
        """Tell that these may run. Raises nothing when the word cannot be sent: it is sent again by who keeps house."""
        ...

    def silent(self) -> list[Priority]:
        """Priorities of which no word is on its way to a worker; none when nobody waits for a word, or it cannot be
        told.
        """
        ...
