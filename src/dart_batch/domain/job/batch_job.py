"""The BatchJob aggregate: state, lease and the verbs that change them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dart_batch.domain.job.errors import VerbRefused
from dart_batch.domain.job.parameters import BatchJobParameters, JobMetadata, JobType
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.progress import Progress
from dart_batch.domain.job.status import ACTIVE, TRANSITIONS, CancelMode, JobStatus, Verb, verbs_of
from dart_batch.domain.job.strategy import Strategy
from dart_batch.domain.redaction import redact

Target = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed; secrets in the message are masked."""

    code: str
    message: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", redact(self.message))


@dataclass(slots=True)
class BatchJob:
    """What a user asked for, and how far it is.

    `fence` grows with every claim; a write that carries an older one is refused by the database. `control` holds a
    verb (pause, cancel) that waits for the worker's next look, `reason` why the job is in its present state.
    `attempt_base` is the number of sessions that were processed when the present attempt began. `setbacks` counts
    failures outside of chunks and lost workers since the last committed chunk; `not_before` delays the next claim.
    `chunk_size` is the size that open chunks are cut by; it changes when a worker cuts them anew.
    """

    id: str
    type: JobType
    parameters: BatchJobParameters
    plan: dict[str, Any]
    identity: str
    created_at: datetime
    metadata: JobMetadata = field(default_factory=JobMetadata)
    priority: Priority = Priority.NORMAL
    owner: str = "local"
    status: JobStatus = JobStatus.PENDING
    progress: Progress = field(default_factory=Progress)
    chunks_total: int = 0
    chunks_done: int = 0
    chunks_failed: int = 0
    chunk_size: int = 0
    attempts: int = 0
    fence: int = 0
    worker: str | None = None
    lease_until: datetime | None = None
    control: Verb | None = None
    control_at: datetime | None = None
    cancel_mode: CancelMode = CancelMode.KEEP
    setbacks: int = 0
    not_before: datetime | None = None
    reason: str | None = None
    failure: Failure | None = None
    verification: list[dict[str, Any]] | None = None
    queued_at: datetime | None = None
    started_at: datetime | None = None
    attempt_started_at: datetime | None = None
    attempt_base: int = 0
    finished_at: datetime | None = None
    version: int = 0

    @classmethod
    def create(
        cls, job_id: str, job_type: JobType, parameters: BatchJobParameters, plan: Plan, at: datetime
    ) -> "BatchJob":
        """A PENDING job with the counters of its plan."""
        return cls(
            id=job_id,
            type=job_type,
            parameters=parameters,
            plan=plan.recorded(),
            identity=parameters.identity(job_type),
            created_at=at,
            progress=Progress(total=plan.items, skipped=plan.skipped),
            chunks_total=len(plan.chunks),
            chunk_size=parameters.chunk_size,
        )

    @property
    def active(self) -> bool:
        return self.status in ACTIVE

    @property
    def brief(self) -> bool:
        """A first attempt at a job of one chunk without limits of its own."""
        plain = self.parameters.strategy is Strategy.CHUNKED and not self.parameters.limits.any
        return self.chunks_total == 1 and self.attempts <= 1 and plain

    @property
    def targets(self) -> list[Target]:
        """What the job writes: index, market, first and last session (ISO dates), one for each market."""
        runs = self.plan["runs"]
        return [(self.plan["index"], market, runs[market][0][0], runs[market][-1][1]) for market in runs]

    def start(self, by: str, at: datetime) -> None:
        """Queue the job; one that failed, was cancelled or paused goes on with the chunks that are not done."""
        self._to_queue(Verb.START, f"started by {by}", at)

    def retry(self, by: str, at: datetime) -> None:
        """Queue a failed job again; only chunks that are not done run."""
        self._to_queue(Verb.RETRY, f"retried by {by}", at)

    def resume(self, by: str, at: datetime) -> None:
        """Queue a paused job again."""
        self._to_queue(Verb.RESUME, f"resumed by {by}", at)

    def claim(self, worker: str, lease_until: datetime, at: datetime) -> None:
        """Give the job to a worker under a new fence; also takes over a running job whose lease is no longer fresh."""
        self._move(Verb.CLAIM, f"running on {worker}")
        self.worker, self.lease_until = worker, lease_until
        self.fence += 1
        self.attempts += 1
        self.started_at = self.started_at or at
        self.attempt_started_at, self.attempt_base = at, self.progress.processed
        self.not_before = None

    def release(self, reason: str) -> None:
        """Give an unfinished job back to its old place in the queue (shutdown, a more urgent job)."""
        self._move(Verb.RELEASE, reason)
        self._let_go()

    def set_back(self, reason: str, until: datetime) -> None:
        """Give the job back after a failure that may pass; it is not claimed again before `until`."""
        self.release(redact(reason))
        self.setbacks += 1
        self.not_before = until

    def prioritise(self, priority: Priority, by: str) -> None:
        """Change the urgency of a job that is not finished. Raises VerbRefused otherwise."""
        self._target(Verb.PRIORITISE)
        self.priority, self.reason = priority, f"priority {priority.name} by {by}"

    def pause(self, by: str, at: datetime) -> None:
        """Pause at once when waiting; a running job is asked to, and pauses after its present chunk."""
        self._ask_or_do(Verb.PAUSE, f"paused by {by}", at)

    def cancel(self, by: str, at: datetime, mode: CancelMode = CancelMode.KEEP) -> None:
        """Cancel at once when waiting; a running job is asked to, and stops after its present chunk."""
        self.cancel_mode = mode
        self._ask_or_do(Verb.CANCEL, f"cancelled by {by}", at)
        if self.status is JobStatus.CANCELLED:
            self.finished_at = at

    def obey(self, at: datetime) -> None:
        """Carry out the verb that waits in `control`: at a chunk boundary by the worker that holds the lease, or by a
        rescuer when that worker does not answer (the fence then keeps it from writing).
        """
        if self.control is None:
            return
        self._move(self.control, self.reason or self.control.value)
        self._let_go()
        self.fence += 1
        if self.status is JobStatus.CANCELLED:
            self.finished_at = at

    def count(self, written: int) -> None:
        """One more chunk is done, with so many sessions."""
        self.progress = replace(self.progress, processed=self.progress.processed + written)
        self.chunks_done, self.setbacks = self.chunks_done + 1, 0

    def complete(self, at: datetime) -> None:
        """All chunks are committed, verified and published; the reason then says how many sessions they left out."""
        self._finish(Verb.COMPLETE, None, at)
        if self.progress.failed:
            sessions = "session" if self.progress.failed == 1 else "sessions"
            self.reason = f"completed with {self.progress.failed:,} {sessions} skipped"

    def fail(self, failure: Failure, at: datetime) -> None:
        """End the attempt for good; everything committed stays."""
        self._finish(Verb.FAIL, failure, at)

    def _finish(self, verb: Verb, failure: Failure | None, at: datetime) -> None:
        self._move(verb, failure.message if failure else None)
        self._let_go()
        self.failure, self.finished_at = failure, at

    def _to_queue(self, verb: Verb, reason: str, at: datetime) -> None:
        self._move(verb, reason)
        self._let_go()
        self.queued_at, self.finished_at, self.failure = at, None, None
        self.setbacks, self.not_before = 0, None

    def _ask_or_do(self, verb: Verb, reason: str, at: datetime) -> None:
        self._target(verb)
        if self.status is JobStatus.RUNNING:
            self.control, self.control_at, self.reason = verb, at, reason
        else:
            self._move(verb, reason)

    def _let_go(self) -> None:
        self.worker = self.lease_until = self.control = self.control_at = None

    def _move(self, verb: Verb, reason: str | None) -> None:
        self.status, self.reason = self._target(verb), reason

    def _target(self, verb: Verb) -> JobStatus:
        target = TRANSITIONS.get((self.status, verb))
        if target is None:
            allowed = verbs_of(self.status)
            raise VerbRefused(
                f"Job {self.id} is {self.status}; '{verb}' is not possible now.",
                hint=f"Possible now: {', '.join(allowed)}." if allowed else "A completed job allows no verb.",
                job_id=self.id,
                status=self.status.value,
                verb=verb.value,
                allowed=[item.value for item in allowed],
            )
        return target
