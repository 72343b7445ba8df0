"""Submits the maintenance job of the day, once however many workers there are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dart_batch.application.job_types.maintenance import Maintenance
from dart_batch.application.ports.clock import Clock
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import DuplicateJob, NothingToDo, QueueFull
from dart_batch.domain.job.parameters import JobMetadata, JobType
from dart_batch.domain.job.priority import Priority

OWNER = "system"
FULL_SECONDS = 60.0


@dataclass(slots=True)
class Housekeeper:
    """A day begins at `hour` o'clock UTC. `id_of` gives the day's job its id, which the database accepts only once.

    A day on which nothing has had its time gets no job. When the queue is full, it tries again after a minute.
    """

    submit: SubmitJob
    maintenance: Maintenance
    clock: Clock
    hour: int
    id_of: Callable[[date], str]
    _looked_after: date | None = None
    _again_at: float = 0.0

    def look(self) -> BatchJob | None:
        """The day's job, when this call has submitted it. Cheap after the first call of a day."""
        day = (self.clock.now() - timedelta(hours=self.hour)).date()
        if day == self._looked_after or self.clock.monotonic() < self._again_at:
            return None
        try:
            job = self.submit(self._submission(day))
        except QueueFull:
            self._again_at = self.clock.monotonic() + FULL_SECONDS
            return None
        except (NothingToDo, DuplicateJob):
            job = None
        self._looked_after = day
        return job

    def _submission(self, day: date) -> Submission:
        return Submission(
            JobType.MAINTENANCE,
            self.maintenance.order(day),
            JobMetadata(f"Maintenance of {day}"),
            Priority.LOW,
            OWNER,
            job_id=self.id_of(day),
        )
