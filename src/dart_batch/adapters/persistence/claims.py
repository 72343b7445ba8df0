"""Which job may be claimed now.

On SQLite the unit of work holds the write lock from its start, so that reading and claiming are one step. Elsewhere
one transaction at a time claims (two would each give a job the same sessions), and rows that another transaction has
locked, because somebody pauses or cancels the job, are passed over.
"""

import sqlalchemy as sa

from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import jobs, targets
from dart_batch.domain.job.status import JobStatus

UNLIMITED = 1_000_000
_RUNNING = jobs.c.status == JobStatus.RUNNING.value
_QUEUED = jobs.c.status == JobStatus.QUEUED.value

running = jobs.alias("running")
theirs = targets.alias("theirs")
others = sa.select(running.c.id).where(running.c.status == JobStatus.RUNNING.value)
same_sessions = sa.and_(
    theirs.c.job_id.in_(others),
    theirs.c.market == targets.c.market,
    theirs.c.definition == targets.c.definition,
    theirs.c.first_session <= targets.c.last_session,
    theirs.c.last_session >= targets.c.first_session,
)
_unlocked = ~sa.exists().where(targets.c.job_id == jobs.c.id, same_sessions)
_market_full = (
    sa.select(targets.c.market)
    .where(targets.c.job_id == jobs.c.id)
    .where(
        sa.select(sa.func.count())
        .select_from(theirs)
        .where(theirs.c.job_id.in_(others), theirs.c.market == targets.c.market)
        .scalar_subquery()
        >= sa.bindparam("per_market")
    )
)
_owner_running = (
    sa.select(sa.func.count())
    .select_from(running)
    .where(running.c.status == JobStatus.RUNNING.value, running.c.owner == jobs.c.owner)
    .scalar_subquery()
)
may_run = sa.and_(
    _QUEUED,
    sa.or_(jobs.c.not_before.is_(None), jobs.c.not_before <= sa.bindparam("now", type_=sa.String)),
    _unlocked,
    sa.or_(sa.bindparam("per_market") == UNLIMITED, ~sa.exists(_market_full)),
    sa.or_(sa.bindparam("per_owner") == UNLIMITED, _owner_running < sa.bindparam("per_owner")),
)
_expired = sa.and_(_RUNNING, jobs.c.lease_until < sa.bindparam("now", type_=sa.String))
_heads = (
    sa.select(jobs)
    .where(may_run, jobs.c.priority == sa.bindparam("priority"))
    .order_by(jobs.c.queued_at, jobs.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)

_ready = sa.select(jobs.c.id, jobs.c.priority).where(sa.or_(may_run, _expired))
READY = Prepared(
    sa.select(jobs.c.id, jobs.c.priority)
    .where(may_run)
    .order_by(jobs.c.priority, jobs.c.queued_at, jobs.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
LOST = Prepared(
    sa.select(jobs.c.id, jobs.c.priority)
    .where(_expired)
    .order_by(jobs.c.priority, jobs.c.queued_at, jobs.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
WAITS = Prepared(_ready.where(jobs.c.id == sa.bindparam("job_id")))
EXPIRED = Prepared(sa.select(jobs.c.id).where(_expired).limit(1).with_for_update(skip_locked=True))
HEADS = Prepared(_heads)
HEADS_LOCKED = Prepared(_heads.with_for_update(skip_locked=True, of=jobs))
NAMED = Prepared(sa.select(jobs.c.id).where(jobs.c.id == sa.bindparam("job_id"), sa.or_(may_run, _expired)))
