"""Verbs a person uses on a job: start, pause, resume, cancel, retry."""

from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import INFO, LogEntry, UnitOfWorkFactory
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.status import Verb

_REOPENING = frozenset({Verb.START, Verb.RETRY, Verb.RESUME})


class ControlJob:
    """Callable use case; one transaction per verb, from any process."""

    def __init__(self, uow: UnitOfWorkFactory, clock: Clock) -> None:
        self._uow = uow
        self._clock = clock

    def __call__(self, job_id: str, verb: Verb, by: str) -> BatchJob:
        """Raises JobNotFound, or VerbRefused naming the state and the verbs it allows; then nothing changed."""
        now = self._clock.now()
        with self._uow() as uow:
            job = uow.jobs.get(job_id)
            if verb in _REOPENING and job.chunks_done:
                uow.ledger.reopen(job_id)
                job = uow.jobs.get(job_id)
            _apply(job, verb, by, self._clock)
            uow.jobs.save(job)
            uow.logs.add(job_id, LogEntry(now, INFO, verb.value, f"{verb.value} by {by}", job.attempts))
            uow.commit("control")
        return job


def _apply(job: BatchJob, verb: Verb, by: str, clock: Clock) -> None:
    if verb is Verb.PAUSE:
        job.pause(by)
    else:
        {Verb.START: job.start, Verb.RETRY: job.retry, Verb.RESUME: job.resume, Verb.CANCEL: job.cancel}[verb](
            by, clock.now()
        )
