"""The one truth about job states: which verb leads where."""

from enum import StrEnum


class JobStatus(StrEnum):
    PENDING = "PENDING"
    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Verb(StrEnum):
    """`claim` and `release` belong to workers: taking a job, and giving it back unfinished."""

    START = "start"
    CLAIM = "claim"
    RELEASE = "release"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    COMPLETE = "complete"
    FAIL = "fail"
    RETRY = "retry"
    PRIORITISE = "prioritise"


class CancelMode(StrEnum):
    """What becomes of what a cancelled job has committed: it stays for a later start, or it is taken back."""

    KEEP = "keep"
    ROLLBACK = "rollback"


TRANSITIONS: dict[tuple[JobStatus, Verb], JobStatus] = {
    (JobStatus.PENDING, Verb.START): JobStatus.QUEUED,
    (JobStatus.PENDING, Verb.CANCEL): JobStatus.CANCELLED,
    (JobStatus.QUEUED, Verb.CLAIM): JobStatus.RUNNING,
    (JobStatus.QUEUED, Verb.PAUSE): JobStatus.PAUSED,
    (JobStatus.QUEUED, Verb.CANCEL): JobStatus.CANCELLED,
    (JobStatus.RUNNING, Verb.CLAIM): JobStatus.RUNNING,
    (JobStatus.RUNNING, Verb.RELEASE): JobStatus.QUEUED,
    (JobStatus.RUNNING, Verb.PAUSE): JobStatus.PAUSED,
    (JobStatus.RUNNING, Verb.CANCEL): JobStatus.CANCELLED,
    (JobStatus.RUNNING, Verb.COMPLETE): JobStatus.COMPLETED,
    (JobStatus.RUNNING, Verb.FAIL): JobStatus.FAILED,
    (JobStatus.PAUSED, Verb.START): JobStatus.QUEUED,
    (JobStatus.PAUSED, Verb.RESUME): JobStatus.QUEUED,
    (JobStatus.PAUSED, Verb.CANCEL): JobStatus.CANCELLED,
    (JobStatus.FAILED, Verb.START): JobStatus.QUEUED,
    (JobStatus.FAILED, Verb.RETRY): JobStatus.QUEUED,
    (JobStatus.CANCELLED, Verb.START): JobStatus.QUEUED,
    (JobStatus.PENDING, Verb.PRIORITISE): JobStatus.PENDING,
    (JobStatus.QUEUED, Verb.PRIORITISE): JobStatus.QUEUED,
    (JobStatus.RUNNING, Verb.PRIORITISE): JobStatus.RUNNING,
    (JobStatus.PAUSED, Verb.PRIORITISE): JobStatus.PAUSED,
}

ACTIVE = frozenset({JobStatus.PENDING, JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.PAUSED})
FINISHED = frozenset(JobStatus) - ACTIVE
WORKER_VERBS = frozenset({Verb.CLAIM, Verb.RELEASE, Verb.COMPLETE, Verb.FAIL})


def verbs_of(status: JobStatus) -> tuple[Verb, ...]:
    """Verbs a person may use on a job in this state, in the table's order."""
    return tuple(verb for state, verb in TRANSITIONS if state is status and verb not in WORKER_VERBS)
