"""The BatchJob aggregate."""

from datetime import timedelta

import pytest

from builders import NOW, job
from dart_batch.domain.job.batch_job import BatchJob, Failure
from dart_batch.domain.job.errors import VerbRefused
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import TRANSITIONS, WORKER_VERBS, JobStatus, Verb, verbs_of


def use(it: BatchJob, verb: Verb) -> None:
    later = NOW + timedelta(minutes=1)
    {
        Verb.START: lambda: it.start("ann", later),
        Verb.CLAIM: lambda: it.claim("worker-2", later, later),
        Verb.RELEASE: lambda: it.release("shutdown"),
        Verb.PAUSE: lambda: it.pause("ann", NOW),
        Verb.RESUME: lambda: it.resume("ann", later),
        Verb.CANCEL: lambda: it.cancel("ann", later),
        Verb.COMPLETE: lambda: it.complete(later),
        Verb.FAIL: lambda: it.fail(Failure("broken", "It broke."), later),
        Verb.RETRY: lambda: it.retry("ann", later),
        Verb.PRIORITISE: lambda: it.prioritise(Priority.HIGH, "ann"),
    }[verb]()


@pytest.mark.parametrize("status", JobStatus)
@pytest.mark.parametrize("verb", Verb)
def test_each_verb_leads_where_the_table_says_or_is_refused_by_name(status: JobStatus, verb: Verb) -> None:
    it = job(status)
    target = TRANSITIONS.get((status, verb))

    if target is None:
        with pytest.raises(VerbRefused) as refusal:
            use(it, verb)
        assert it.status is status
        assert refusal.value.fields["status"] == status
        assert refusal.value.fields["allowed"] == [str(item) for item in verbs_of(status)]
        return
    use(it, verb)
    it.obey(NOW)
    assert it.status is target


def test_a_refusal_says_what_is_possible_instead() -> None:
    with pytest.raises(VerbRefused) as refusal:
        job(JobStatus.QUEUED).start("ann", NOW)

    assert refusal.value.hint == "Possible now: pause, cancel, prioritise."


def test_people_are_never_offered_the_verbs_of_workers() -> None:
    offered = {verb for status in JobStatus for verb in verbs_of(status)}

    assert not offered & WORKER_VERBS


def test_pausing_a_running_job_asks_and_takes_effect_at_the_next_boundary() -> None:
    it = job(JobStatus.RUNNING)

    it.pause("ann", NOW)
    asked = (it.status, it.control)
    it.obey(NOW)

    assert asked == (JobStatus.RUNNING, Verb.PAUSE)
    assert (it.status, it.control, it.worker, it.reason) == (JobStatus.PAUSED, None, None, "paused by ann")


def test_obeying_without_a_waiting_verb_changes_nothing() -> None:
    it = job(JobStatus.RUNNING)

    it.obey(NOW)

    assert it.status is JobStatus.RUNNING


def test_every_claim_raises_the_fence_and_counts_an_attempt() -> None:
    it = job(JobStatus.RUNNING)

    it.claim("worker-2", NOW, NOW)

    assert (it.fence, it.attempts, it.worker) == (2, 2, "worker-2")


def test_a_job_that_is_not_running_has_neither_worker_nor_lease() -> None:
    held = [status for status in JobStatus if (job(status).worker, job(status).lease_until) != (None, None)]

    assert held == [JobStatus.RUNNING]


def test_starting_a_failed_job_forgets_the_failure_but_keeps_the_first_start() -> None:
    it = job(JobStatus.FAILED)
    first = it.started_at

    it.start("ann", NOW)

    assert (it.status, it.failure, it.finished_at, it.started_at) == (JobStatus.QUEUED, None, None, first)
