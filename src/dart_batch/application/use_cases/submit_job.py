"""Submit a job: plan, admission, job row and ledger in one transaction."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dart_batch.application.definitions import definition_text, resolve_definition
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.job_type import JobType as JobTypePort
from dart_batch.application.ports.unit_of_work import INFO, LogEntry, UnitOfWork, UnitOfWorkFactory
from dart_batch.domain.access.actor import Actor, the_system
from dart_batch.domain.access.audit import Act
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import DuplicateJob, KeyReused, KeyTaken, NothingToDo, StalePlan
from dart_batch.domain.job.parameters import BatchJobParameters, JobMetadata, JobType
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.receipt import Receipt
from dart_batch.domain.job.service import BatchJobService
from dart_batch.domain.job.units import unit_of
from dart_batch.engine.definition_file import parse_definition

NO_METADATA = JobMetadata()


@dataclass(frozen=True, slots=True)
class Submission:
    """A request for a job. Without `start` it stays PENDING; `plan_hash` refuses the submit if the plan moved.

    A `job_id` is for a job that may exist only once, whatever has become of it. With a `receipt` the owner may submit
    it again, see SubmitJob.once.
    """

    type: JobType
    parameters: BatchJobParameters
    metadata: JobMetadata = NO_METADATA
    priority: Priority = Priority.NORMAL
    owner: str = "local"
    start: bool = True
    plan_hash: str | None = None
    job_id: str | None = None
    receipt: Receipt | None = None


class SubmitJob:
    """Callable use case."""

    def __init__(
        self,
        uow: UnitOfWorkFactory,
        job_types: Mapping[JobType, JobTypePort],
        clock: Clock,
        new_id: Callable[[], str],
        queue_capacity: int,
    ) -> None:
        self._uow = uow
        self._job_types = job_types
        self._clock = clock
        self._new_id = new_id
        self._capacity = queue_capacity

    def plan(self, job_type: JobType, parameters: BatchJobParameters) -> Plan:
        """What the job would do; changes nothing."""
        return self._job_types[job_type].plan(parameters)

    def preview(self, submission: Submission) -> Plan:
        """What the submit would do now; changes nothing. Raises StalePlan or a planning error."""
        plan = self.plan(submission.type, submission.parameters)
        if submission.plan_hash is not None and submission.plan_hash != plan.hash:
            raise StalePlan("The plan changed since it was shown.", plan_hash=plan.hash)
        return plan

    def __call__(self, submission: Submission, by: Actor | None = None) -> BatchJob:
        """Store the job with its ledger. Raises NothingToDo, StalePlan, QueueFull, DuplicateJob or a planning error."""
        return self.many([submission], by)[0]

    def once(self, submission: Submission, by: Actor | None = None) -> tuple[BatchJob, bool]:
        """The new job; or the one that an earlier submit with the same key made, as it is now, and true for repeated.

        Raises like any submit, and KeyReused when the earlier request was another one.
        """
        earlier = self._earlier(submission)
        if earlier is not None:
            return earlier, True
        try:
            return self(submission, by), False
        except KeyTaken:
            if (earlier := self._earlier(submission)) is None:
                raise
            return earlier, True

    def many(self, submissions: Sequence[Submission], by: Actor | None = None) -> list[BatchJob]:
        """Store all jobs in one transaction, in this order, or none of them. Raises like a single submit."""
        plans = [self._planned(one) for one in submissions]
        now = self._clock.now()
        jobs = [self._job(one, plan, now) for one, plan in zip(submissions, plans, strict=True)]
        with self._uow() as uow:
            _refuse_taken(uow, submissions)
            _refuse_known(uow, [one.job_id for one in submissions if one.job_id])
            BatchJobService(uow.jobs, self._capacity).admit(jobs)
            uow.ledger.add({job.id: plan.chunks for job, plan in zip(jobs, plans, strict=True)})
            for job, plan in zip(jobs, plans, strict=True):
                uow.logs.add(job.id, LogEntry(now, INFO, "submitted", _summary(job, plan)))
                uow.audit.record(_act(job, by or the_system(job.owner)))
            for one, job in zip(submissions, jobs, strict=True):
                if one.receipt is not None:
                    uow.receipts.add(one.owner, one.receipt, job.id, job.created_at)
            for plan, job in {
                plan.definition_hash: (plan, job) for plan, job in zip(plans, jobs, strict=True)
            }.values():
                self._keep_definition(uow, plan, job.owner)
            uow.commit("submit")
        return jobs

    def _earlier(self, submission: Submission) -> BatchJob | None:
        if submission.receipt is None:
            return None
        with self._uow() as uow:
            found = uow.receipts.find(submission.owner, submission.receipt.key)
            if found is None:
                return None
            if found[1] != submission.receipt.request_hash:
                raise KeyReused("This Idempotency-Key came with another request before.", job_id=found[0])
            return uow.jobs.get(found[0])

    def _planned(self, submission: Submission) -> Plan:
        plan = self.preview(submission)
        if not plan.chunks:
            raise NothingToDo(_why_nothing(plan), skips=[skip.to_dict() for skip in plan.skips])
        return plan

    def _job(self, submission: Submission, plan: Plan, now: datetime) -> BatchJob:
        job = BatchJob.create(submission.job_id or self._new_id(), submission.type, submission.parameters, plan, now)
        job.metadata, job.priority, job.owner = submission.metadata, submission.priority, submission.owner
        if submission.start:
            job.start(submission.owner, now)
        return job

    def _keep_definition(self, uow: UnitOfWork, plan: Plan, by: str) -> None:
        if not plan.definition_hash or uow.definitions.by_hash(plan.definition_hash) is not None:
            return
        if plan.definition_body:
            definition, body = parse_definition(plan.definition_body, plan.definition), plan.definition_body
        else:
            definition = resolve_definition(uow, plan.definition)
            body = definition_text(uow, definition)
        uow.definitions.add(definition, body, self._clock.now(), by)


def _refuse_taken(uow: UnitOfWork, submissions: Sequence[Submission]) -> None:
    for one in submissions:
        if one.receipt is not None and uow.receipts.find(one.owner, one.receipt.key):
            raise KeyTaken("Another request with the same key came first.")


def _act(job: BatchJob, by: Actor) -> Act:
    wanted = job.parameters
    after = {
        "type": job.type.value,
        "status": job.status.value,
        "owner": job.owner,
        "priority": job.priority.name,
        "markets": list(wanted.target_markets),
        "range": [str(wanted.date_range.start), str(wanted.date_range.end)],
        "definition": wanted.definition,
        "identity": job.identity,
    }
    return Act(job.created_at, by, "job.submit", job.id, after=after)


def _refuse_known(uow: UnitOfWork, job_ids: Sequence[str]) -> None:
    known = uow.jobs.known(job_ids) if job_ids else ()
    for job_id in known:
        raise DuplicateJob(f"Job {job_id} is there already, and may exist only once.", job_id=job_id)


def _summary(job: BatchJob, plan: Plan) -> str:
    unit = unit_of(job.plan)
    return f"Submitted by {job.owner}: {plan.items} {unit} in {len(plan.chunks)} chunks, {plan.skipped} skipped."


def _why_nothing(plan: Plan) -> str:
    reasons = sorted({skip.reason for skip in plan.skips})
    return "There is nothing to do: " + ("; ".join(reasons) if reasons else "the range holds no session") + "."
