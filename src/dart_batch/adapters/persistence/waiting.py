"""Answers why a job is not running, in words, by the same conditions that claiming uses."""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from dart_batch.adapters.persistence.claims import others, same_sessions, theirs
from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.tables import jobs, targets, workers
from dart_batch.application.ports.unit_of_work import ClaimRules
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.status import JobStatus
from dart_batch.domain.job.waiting import Waiting, WaitingFor

_QUEUED = jobs.c.status == JobStatus.QUEUED.value
_RUNNING = jobs.c.status == JobStatus.RUNNING.value


class SqlWaiting:
    """Explains jobs. A worker is alive whose last heartbeat is younger than `alive_seconds`."""

    def __init__(self, engine: sa.Engine, rules: ClaimRules, alive_seconds: float) -> None:
        self._engine = engine
        self._rules = rules
        self._alive = timedelta(seconds=alive_seconds)

    def explain(self, job: BatchJob, now: datetime) -> Waiting | None:
        """Null for a job that runs or has finished."""
        if job.status is JobStatus.PENDING:
            return Waiting(WaitingFor.START, "It waits for a manual start.")
        if job.status is JobStatus.PAUSED:
            return Waiting(WaitingFor.RESUME, f"It is {job.reason or 'paused'}.", {"why": job.reason or ""})
        if job.status is not JobStatus.QUEUED:
            return None
        with self._engine.connect() as connection:
            position, queued = _place(connection, job)
            return replace(self._reason(connection, job, now), position=position, queued=queued)

    def _reason(self, connection: sa.Connection, job: BatchJob, now: datetime) -> Waiting:
        if job.not_before is not None and job.not_before > now:
            facts = {"time": f"{job.not_before:%H:%M:%S}", "why": job.reason or ""}
            return Waiting(WaitingFor.RETRY, f"It waits until {facts['time']} UTC to try again: {facts['why']}", facts)
        blocker = connection.execute(
            sa.select(theirs.c.job_id, theirs.c.market, theirs.c.definition)
            .select_from(targets.join(theirs, same_sessions))
            .where(targets.c.job_id == job.id)
            .limit(1)
        ).first()
        if blocker is not None:
            return _behind(*blocker)
        return self._full(connection, job) or _slot(connection, now - self._alive)

    def _full(self, connection: sa.Connection, job: BatchJob) -> Waiting | None:
        running = sa.select(sa.func.count()).select_from(jobs).where(_RUNNING)
        owned = connection.execute(running.where(jobs.c.owner == job.owner)).scalar_one()
        if self._rules.per_owner and owned >= self._rules.per_owner:
            said = f"{job.owner} runs {owned} jobs already, as many as one owner may."
            return Waiting(WaitingFor.OWNER, said, {"owner": job.owner, "jobs": str(owned)})
        for market in job.plan["runs"]:
            query = sa.select(sa.func.count()).where(targets.c.market == market, targets.c.job_id.in_(others))
            busy = connection.execute(query).scalar_one()
            if self._rules.per_market and busy >= self._rules.per_market:
                said = f"{busy} jobs run for {market} already, as many as one market may have."
                return Waiting(WaitingFor.MARKET, said, {"market": market, "jobs": str(busy)})
        return None


def _place(connection: sa.Connection, job: BatchJob) -> tuple[int, int]:
    queued = naive(job.queued_at or job.created_at)
    before = sa.or_(
        jobs.c.priority < int(job.priority),
        sa.and_(
            jobs.c.priority == int(job.priority),
            sa.or_(jobs.c.queued_at < queued, sa.and_(jobs.c.queued_at == queued, jobs.c.id < job.id)),
        ),
    )
    count = sa.select(sa.func.count()).select_from(jobs).where(_QUEUED)
    return connection.execute(count.where(before)).scalar_one() + 1, connection.execute(count).scalar_one()


def _behind(job_id: str, market: str, definition: str) -> Waiting:
    said = f"It waits for job {job_id}, which writes the same sessions of {market} / {definition}."
    return Waiting(WaitingFor.SESSIONS, said, {"job": job_id, "market": market, "index": definition})


def _slot(connection: sa.Connection, alive_since: datetime) -> Waiting:
    alive = sa.and_(workers.c.stopped_at.is_(None), workers.c.heartbeat_at >= naive(alive_since))
    count = connection.execute(sa.select(sa.func.count()).select_from(workers).where(alive)).scalar_one()
    if not count:
        said = "No worker is alive: start one with `dart-batch worker` or `dart-batch serve`."
        return Waiting(WaitingFor.WORKER, said)
    said = f"It waits for a free slot ({count} {'worker is' if count == 1 else 'workers are'} alive)."
    return Waiting(WaitingFor.SLOT, said, {"workers": str(count)})
