"""Promote or discard what a job has staged."""

from collections.abc import Callable
from dataclasses import dataclass

from dart_batch.application.job_types.bases import refuse_moved
from dart_batch.application.job_types.generation import Written
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import INFO, LogEntry, UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.access.actor import Actor
from dart_batch.domain.access.audit import Act
from dart_batch.domain.index.errors import NotStaged
from dart_batch.domain.index.publication import GenerationStatus
from dart_batch.domain.job.batch_job import BatchJob


@dataclass(frozen=True, slots=True)
class DecideGeneration:
    """One transaction per decision, all or nothing; a decision is for good.

    Both raise JobNotFound, NotOwner for a job that is not the actor's, or NotStaged when the job has nothing staged
    (any more); then nothing changed.
    """

    uow: UnitOfWorkFactory
    clock: Clock
    new_id: Callable[[], str]

    def promote(self, job_id: str, by: Actor) -> list[str]:
        """Make the generation the live index; answers a line for each market.

        Raises LiveIndexMoved when the index no longer shows what the job was planned against.
        """
        now = self.clock.now()
        with self.uow() as uow:
            job = _staged(uow, job_id, by)
            refuse_moved(uow, job)
            written = Written(job, self.new_id)
            written.read(uow)
            said = written.publish(uow, now, by.name)
            self._decide(uow, job, GenerationStatus.PROMOTED, by, " ".join(said))
            uow.commit("promote")
        return said

    def discard(self, job_id: str, by: Actor) -> str:
        """Mark the generation as not wanted; the live index does not change. Answers a line about it."""
        with self.uow() as uow:
            job = _staged(uow, job_id, by)
            said = f"Discarded {job.progress.processed} sessions of {job.plan['definition']}."
            self._decide(uow, job, GenerationStatus.DISCARDED, by, said)
            uow.commit("discard")
        return said

    def _decide(self, uow: UnitOfWork, job: BatchJob, status: GenerationStatus, by: Actor, said: str) -> None:
        now = self.clock.now()
        uow.generations.decide(job.id, status, now, by.name)
        before, after = {"generation": GenerationStatus.STAGED.value}, {"generation": status.value, "said": said}
        act = "generation.promote" if status is GenerationStatus.PROMOTED else "generation.discard"
        uow.audit.record(Act(now, by, act, job.id, before, after))
        uow.logs.add(job.id, LogEntry(now, INFO, status.value.lower(), f"{said} By {by.name}.", job.attempts))


def _staged(uow: UnitOfWork, job_id: str, by: Actor) -> BatchJob:
    job, status = uow.jobs.get(job_id), uow.generations.decision(job_id)
    by.refuse_foreign(job.id, job.owner)
    if status is GenerationStatus.STAGED:
        return job
    if status is not None:
        raise NotStaged(
            f"The generation of job {job_id} was {status.lower()} before.",
            hint="A decision is for good; submit the job again to have its generation anew.",
            job_id=job_id,
            decision=status.value,
        )
    raise NotStaged(
        f"Job {job_id} is {job.status} and has staged nothing.",
        hint="Only completed jobs that were submitted with publish MANUAL wait for a decision.",
        job_id=job_id,
        status=job.status.value,
    )
