"""Submits the maintenance job of the day, once however many workers there are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dart_batch.application.ports.clock import Clock
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import DuplicateJob, NothingToDo, QueueFull

FULL_SECONDS = 60.0


@dataclass(slots=True)
class Housekeeper:
    """A day begins at `hour` o'clock UTC. `submit` submits the job of a day, see DailyMaintenance.

    A day on which nothing has had its time gets no job. When the queue is full, it tries again after a minute.
    """

    submit: Callable[[date], BatchJob]
    clock: Clock
    hour: int
    _looked_after: date | None = None
    _again_at: float = 0.0

    def look(self) -> BatchJob | None:
        """The day's job, when this call has submitted it. Cheap after the first call of a day."""
        day = (self.clock.now() - timedelta(hours=self.hour)).date()
        if day == self._looked_after or self.clock.monotonic() < self._again_at:
            return None
        try:
            job = self.submit(day)
        except QueueFull:
            self._again_at = self.clock.monotonic() + FULL_SECONDS
            return None
        except (NothingToDo, DuplicateJob):
            job = None
        self._looked_after = day
        return job
