"""The difference between what a job wrote and what the live index showed when it was planned."""

from dataclasses import dataclass

import polars as pl

from dart_batch.application.job_types.bases import base_segments, moved, runs_of
from dart_batch.application.ports.unit_of_work import UnitOfWorkFactory
from dart_batch.domain.errors import Conflict
from dart_batch.domain.index.publication import GenerationStatus, Segment
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.status import JobStatus
from dart_batch.engine.comparison import Comparison, compare


class NothingCompared(Conflict):
    """The job has no readings that could be compared with the live index."""

    code = "nothing-compared"
    hint = "Differences are kept of recalculations, and of jobs submitted with publish MANUAL, once they are completed."


@dataclass(frozen=True, slots=True)
class Difference:
    """`status` is null for what was published with its job. `stale` says whether the live index moved since, so that
    what is staged cannot be promoted any more.
    """

    job: BatchJob
    market: str
    status: GenerationStatus | None
    stale: bool
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class CompareGeneration:
    """Callable use case; changes nothing."""

    uow: UnitOfWorkFactory

    def __call__(self, job_id: str, market: str | None = None) -> Difference:
        """Of one market of the job (null: its first one). Also after the decision the answer stays what it was.

        Raises JobNotFound, InvalidParameters for a market the job has not, or NothingCompared.
        """
        with self.uow() as uow:
            job, status = uow.jobs.get(job_id), uow.generations.decision(job_id)
            if job.status is not JobStatus.COMPLETED or not (job.plan["bases"] and job.plan["runs"]):
                raise NothingCompared(f"Job {job_id} ({job.type}) is {job.status} and compares nothing.", job_id=job_id)
            chosen = _market(job, market)
            own = [Segment(first, last, job.id, "") for first, last in runs_of(job.plan["runs"][chosen])]
            old: pl.DataFrame = uow.generations.shown(chosen, base_segments(job, chosen))
            new: pl.DataFrame = uow.generations.shown(chosen, own)
            stale = status is GenerationStatus.STAGED and moved(uow, job)
        return Difference(job, chosen, status, stale, compare(old, new))


def _market(job: BatchJob, market: str | None) -> str:
    known: list[str] = list(job.plan["runs"])
    if market is None:
        return known[0]
    if market.upper() not in known:
        raise InvalidParameters(f"Job {job.id} writes {', '.join(known)}, not {market}.", field="market")
    return market.upper()
