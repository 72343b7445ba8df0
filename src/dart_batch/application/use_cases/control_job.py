"""Verbs a person uses on a job: start, pause, resume, cancel, retry, prioritise."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dart_batch.application.execution.cancelling import take_back
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import INFO, LogEntry, UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.access.actor import Actor
from dart_batch.domain.access.audit import Act
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import FINISHED, CancelMode, Verb

_REOPENING = frozenset({Verb.START, Verb.RETRY, Verb.RESUME})


class ControlJob:
    """One transaction per verb, from any process.

    Every call raises JobNotFound, NotOwner for a job that is not the actor's, or VerbRefused naming the state and the
    verbs it allows; then nothing changed.
    """

    def __init__(self, uow: UnitOfWorkFactory, clock: Clock) -> None:
        self._uow = uow
        self._clock = clock

    def __call__(self, job_id: str, verb: Verb, by: Actor, mode: CancelMode = CancelMode.KEEP) -> BatchJob:
        """start, pause, resume, cancel or retry; `mode` says what a cancel does with what was committed."""
        now = self._clock.now()
        with self._uow() as uow:
            job = self._load(uow, job_id, verb, by)
            before = _shown(job)
            _apply(job, verb, by.name, now, mode)
            take_back(uow, job)
            self._keep(uow, job, verb, by, before)
        return job

    def prioritise(self, job_id: str, priority: Priority, by: Actor) -> BatchJob:
        """Change the urgency of a job that has not finished."""
        with self._uow() as uow:
            job = _theirs(uow, job_id, by)
            before = _shown(job)
            job.prioritise(priority, by.name)
            self._keep(uow, job, Verb.PRIORITISE, by, before)
        return job

    def _load(self, uow: UnitOfWork, job_id: str, verb: Verb, by: Actor) -> BatchJob:
        job = _theirs(uow, job_id, by)
        if verb not in _REOPENING or not job.chunks_done + job.chunks_failed:
            return job
        uow.ledger.reopen(job_id, poisoned=job.status in FINISHED)
        return uow.jobs.get(job_id)

    def _keep(self, uow: UnitOfWork, job: BatchJob, verb: Verb, by: Actor, before: Mapping[str, Any]) -> None:
        uow.jobs.save(job)
        now = self._clock.now()
        line = LogEntry(now, INFO, verb.value, job.reason or f"{verb.value} by {by.name}", job.attempts)
        uow.logs.add(job.id, line)
        uow.audit.record(Act(now, by, f"job.{verb.value}", job.id, before, _shown(job)))
        uow.commit("control")


def _theirs(uow: UnitOfWork, job_id: str, by: Actor) -> BatchJob:
    job = uow.jobs.get(job_id)
    by.refuse_foreign(job.id, job.owner)
    return job


def _apply(job: BatchJob, verb: Verb, by: str, at: datetime, mode: CancelMode) -> None:
    if verb is Verb.PAUSE:
        job.pause(by, at)
    elif verb is Verb.CANCEL:
        job.cancel(by, at, mode)
    else:
        {Verb.START: job.start, Verb.RETRY: job.retry, Verb.RESUME: job.resume}[verb](by, at)


def _shown(job: BatchJob) -> dict[str, Any]:
    """What the audit trail tells of a job."""
    asked = job.control.value if job.control else None
    return {"status": job.status.value, "priority": job.priority.name, "asked": asked, "owner": job.owner}
