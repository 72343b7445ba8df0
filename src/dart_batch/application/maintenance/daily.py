"""The maintenance job of a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from dart_batch.application.job_types.maintenance import Maintenance
from dart_batch.application.use_cases.submit_job import Submission, SubmitJob
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.parameters import JobMetadata, JobType
from dart_batch.domain.job.priority import Priority

OWNER = "system"


@dataclass(frozen=True, slots=True)
class DailyMaintenance:
    """Callable use case. `id_of` gives the day's job its id, which the database accepts only once."""

    submit: SubmitJob
    maintenance: Maintenance
    id_of: Callable[[date], str]

    def __call__(self, day: date) -> BatchJob:
        """Submit the job. Raises DuplicateJob, NothingToDo when nothing has had its time, or QueueFull."""
        return self.submit(
            Submission(
                JobType.MAINTENANCE,
                self.maintenance.order(day),
                JobMetadata(f"Maintenance of {day}"),
                Priority.LOW,
                OWNER,
                job_id=self.id_of(day),
            )
        )
