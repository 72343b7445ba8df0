"""Where a reading came from: its job, and the observations behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dart_batch.application.ports.job_type import Explainer
from dart_batch.application.ports.job_type import JobType as JobTypePort
from dart_batch.application.ports.unit_of_work import UnitOfWorkFactory
from dart_batch.domain.errors import Refused
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.parameters import JobType
from dart_batch.engine.lineage import Lineage


class NotExplained(Refused):
    """Jobs of this type write no readings."""

    code = "not-explained"


@dataclass(frozen=True, slots=True)
class ExplainReading:
    """Callable use case; reads only."""

    uow: UnitOfWorkFactory
    job_types: Mapping[JobType, JobTypePort]

    def __call__(self, job_id: str, market: str, session: date) -> tuple[BatchJob, Lineage]:
        """The job that wrote the reading, and its inputs as the job saw them (pinned definition and data revision).

        Raises JobNotFound, NotExplained, or UnknownSession when the market's calendar has no such session.
        """
        with self.uow() as uow:
            job = uow.jobs.get(job_id)
        work = self.job_types[job.type].prepare(job)
        if not isinstance(work, Explainer):
            raise NotExplained(f"Job {job_id} is of type {job.type}, which writes no readings.")
        return job, work.explain(market, session)
