"""Jobs in batch_jobs."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import certain, moment, stored, stored_now, stored_text
from dart_batch.adapters.persistence.mutexes import ADMISSION, hold
from dart_batch.adapters.persistence.prepared import AT_ONCE, Prepared
from dart_batch.adapters.persistence.tables import jobs, targets
from dart_batch.domain.job.batch_job import BatchJob, Failure
from dart_batch.domain.job.errors import ConcurrentChange, JobNotFound
from dart_batch.domain.job.parameters import BatchJobParameters, JobMetadata, JobType
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.progress import Progress
from dart_batch.domain.job.status import ACTIVE, CancelMode, JobStatus, Verb

_WAITING = [JobStatus.PENDING.value, JobStatus.QUEUED.value, JobStatus.PAUSED.value]
_FIXED = frozenset({"id", "type", "owner", "markets", "parameters", "metadata", "plan", "identity", "created_at"})
_COUNTED = frozenset({"items_processed", "items_failed", "chunks_total", "chunks_done", "chunks_failed", "chunk_size"})

_READABLE = json.JSONEncoder(ensure_ascii=False).encode
COLUMNS = [column.name for column in jobs.c]
_INSERT = Prepared(jobs.insert().values({name: sa.bindparam(name) for name in COLUMNS}))
_TARGET = Prepared(targets.insert().values({column.name: sa.bindparam(column.name) for column in targets.c}))
_get = sa.select(jobs).where(jobs.c.id == sa.bindparam("job_id"))
_GET, _SHOW = Prepared(_get.with_for_update()), Prepared(_get)
_unchanged = jobs.update().where(jobs.c.id == sa.bindparam("key"), jobs.c.version == sa.bindparam("seen"))
_SAVE = Prepared(_unchanged.values({name: sa.bindparam(name) for name in COLUMNS if name not in _FIXED | _COUNTED}))
_CLAIMED = ("status", "attempts", "fence", "worker", "lease_until", "setbacks", "not_before", "reason", "started_at")
_OF_ATTEMPT = ("attempt_started_at", "attempt_base", "updated_at", "version")
_SAVE_CLAIM = Prepared(_unchanged.values({name: sa.bindparam(name) for name in (*_CLAIMED, *_OF_ATTEMPT)}))
_ENDED = ("status", "reason", "worker", "lease_until", "control", "control_at", "setbacks", "finished_at")
_COUNTERS = ("items_processed", "chunks_done", "verification", "failure_code", "failure_message")
_SAVE_ENDED = Prepared(
    _unchanged.values({name: sa.bindparam(name) for name in (*_ENDED, *_COUNTERS, "updated_at", "version")})
)
_same = [f"same{number}" for number in range(AT_ONCE)]
_TWINS = Prepared(
    sa.select(jobs.c.identity, jobs.c.id).where(
        jobs.c.identity.in_([sa.bindparam(name, type_=sa.String) for name in _same]),
        jobs.c.status.in_([sa.literal_column(f"'{status}'") for status in sorted(ACTIVE)]),
    )
)


class SqlJobRepository:
    """Implements BatchJobRepository inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, *new: BatchJob) -> None:
        fresh = {"version": 0, "updated_at": stored_now()}
        _INSERT.run_many(self._connection, (_fixed(job) | _state(job) | _counted(job) | fresh for job in new))
        _TARGET.run_many(self._connection, (target for job in new for target in _targets(job)))

    def get(self, job_id: str) -> BatchJob:
        return self._found(_GET, job_id)

    def shown(self, job_id: str) -> BatchJob:
        """As `get`, for one who only looks and locks nothing. Raises JobNotFound."""
        return self._found(_SHOW, job_id)

    def save(self, job: BatchJob) -> None:
        if _SAVE.run(self._connection, _state(job) | _step(job, stored_now())).rowcount != 1:
            raise ConcurrentChange(f"Job {job.id} was changed by another process.", job_id=job.id)
        job.version += 1

    def save_claims(self, claimed: Sequence[BatchJob]) -> None:
        self._save_all(_SAVE_CLAIM, claimed, _claim)

    def save_ended(self, ended: Sequence[BatchJob]) -> None:
        self._save_all(_SAVE_ENDED, ended, _end)

    def active_twins(self, identities: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for first in range(0, len(identities), AT_ONCE):
            asked = identities[first : first + AT_ONCE]
            bound = dict(zip_longest(_same, asked, fillvalue=asked[0]))
            found |= dict(_TWINS.run(self._connection, bound).fetchall())
        return found

    def known(self, job_ids: Sequence[str]) -> list[str]:
        hold(self._connection, ADMISSION)
        return list(self._connection.execute(sa.select(jobs.c.id).where(jobs.c.id.in_(job_ids))).scalars())

    def waiting(self) -> int:
        hold(self._connection, ADMISSION)
        query = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.status.in_(_WAITING))
        return self._connection.execute(query).scalar_one()

    def _found(self, statement: Prepared, job_id: str) -> BatchJob:
        row = statement.run(self._connection, {"job_id": job_id}).fetchone()
        if row is None:
            raise JobNotFound(f"There is no job {job_id}.", job_id=job_id)
        return job_from_row(dict(zip(COLUMNS, row, strict=True)))

    def _save_all(
        self, statement: Prepared, saved: Sequence[BatchJob], row: Callable[[BatchJob], dict[str, Any]]
    ) -> None:
        now = stored_now()
        if statement.run_many(self._connection, (row(job) | _step(job, now) for job in saved)) != len(saved):
            raise ConcurrentChange("One of the jobs was changed by another process meanwhile.")
        for job in saved:
            job.version += 1


def _targets(job: BatchJob) -> Iterator[dict[str, Any]]:
    for market, runs in job.plan["runs"].items():
        target = {"job_id": job.id, "market": market, "definition": job.plan["index"]}
        yield target | {"first_session": runs[0][0], "last_session": runs[-1][1]}


@lru_cache(maxsize=128)
def _described(metadata: JobMetadata) -> str:
    return _READABLE(metadata.to_dict())


def _fixed(job: BatchJob) -> dict[str, Any]:
    return {
        "id": job.id,
        "type": job.type.value,
        "owner": job.owner,
        "markets": ",".join(job.parameters.target_markets),
        "parameters": json.dumps(job.parameters.to_dict()),
        "metadata": _described(job.metadata),
        "plan": json.dumps(job.plan),
        "identity": job.identity,
        "created_at": stored_text(job.created_at),
    }


def _counted(job: BatchJob) -> dict[str, Any]:
    return {
        "items_failed": job.progress.failed,
        "chunks_total": job.chunks_total,
        "chunks_failed": job.chunks_failed,
        "chunk_size": job.chunk_size,
    }


def _step(job: BatchJob, now: str) -> dict[str, Any]:
    return {"key": job.id, "seen": job.version, "version": job.version + 1, "updated_at": now}


def _claim(job: BatchJob) -> dict[str, Any]:
    """What BatchJob.claim changes."""
    return {
        "status": job.status.value,
        "attempts": job.attempts,
        "fence": job.fence,
        "worker": job.worker,
        "lease_until": stored(job.lease_until),
        "setbacks": job.setbacks,
        "not_before": stored(job.not_before),
        "reason": job.reason,
        "started_at": stored(job.started_at),
        "attempt_started_at": stored(job.attempt_started_at),
        "attempt_base": job.attempt_base,
    }


def _end(job: BatchJob) -> dict[str, Any]:
    """What BatchJob.count and its verbs that end an attempt change."""
    failure = job.failure
    return {
        "status": job.status.value,
        "reason": job.reason,
        "worker": job.worker,
        "lease_until": stored(job.lease_until),
        "control": job.control.value if job.control else None,
        "control_at": stored(job.control_at),
        "setbacks": job.setbacks,
        "failure_code": failure.code if failure else None,
        "failure_message": failure.message if failure else None,
        "verification": None if job.verification is None else json.dumps(job.verification),
        "finished_at": stored(job.finished_at),
        "items_processed": job.progress.processed,
        "chunks_done": job.chunks_done,
    }


def _state(job: BatchJob) -> dict[str, Any]:
    return {
        **_claim(job),
        **_end(job),
        "priority": int(job.priority),
        "items_total": job.progress.total,
        "items_skipped": job.progress.skipped,
        "cancel_mode": job.cancel_mode.value,
        "queued_at": stored(job.queued_at),
    }


@lru_cache(maxsize=128)
def _metadata(text: str) -> JobMetadata:
    metadata = json.loads(text)
    return JobMetadata(metadata["description"], tuple(metadata["tags"]))


def job_from_row(row: Mapping[str, Any] | sa.RowMapping) -> BatchJob:
    """The aggregate as it was stored."""
    return BatchJob(
        id=row["id"],
        type=JobType(row["type"]),
        parameters=BatchJobParameters.from_dict(json.loads(row["parameters"])),
        plan=json.loads(row["plan"]),
        identity=row["identity"],
        created_at=certain(row["created_at"]),
        metadata=_metadata(row["metadata"]),
        priority=Priority(row["priority"]),
        owner=row["owner"],
        status=JobStatus(row["status"]),
        progress=Progress(*(row[f"items_{name}"] for name in ("total", "processed", "failed", "skipped"))),
        chunks_total=row["chunks_total"],
        chunks_done=row["chunks_done"],
        chunks_failed=row["chunks_failed"],
        chunk_size=row["chunk_size"],
        attempts=row["attempts"],
        fence=row["fence"],
        worker=row["worker"],
        lease_until=moment(row["lease_until"]),
        control=Verb(row["control"]) if row["control"] else None,
        control_at=moment(row["control_at"]),
        cancel_mode=CancelMode(row["cancel_mode"]),
        setbacks=row["setbacks"],
        not_before=moment(row["not_before"]),
        reason=row["reason"],
        failure=Failure(row["failure_code"], row["failure_message"]) if row["failure_code"] else None,
        verification=json.loads(row["verification"]) if row["verification"] else None,
        queued_at=moment(row["queued_at"]),
        started_at=moment(row["started_at"]),
        attempt_started_at=moment(row["attempt_started_at"]),
        attempt_base=row["attempt_base"],
        finished_at=moment(row["finished_at"]),
        version=row["version"],
    )
