"""Jobs as people and programs see them: the JSON of API and command line (camelCase)."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.poison import Poison
from dart_batch.domain.job.status import JobStatus, verbs_of
from dart_batch.domain.job.waiting import Waiting


def job_view(job: BatchJob, now: datetime, waiting: Waiting | None = None) -> dict[str, Any]:
    """The job with progress, execution and errors; `waiting` is why it does not run. Rates are null when idle."""
    running = job.status is JobStatus.RUNNING
    rate = job.progress.rate(job.attempt_started_at, job.attempt_base, now if running else job.finished_at or now)
    return {
        "jobId": job.id,
        "type": job.type.value,
        "status": job.status.value,
        "reason": job.reason,
        "waiting": None if waiting is None else asdict(waiting),
        "allowedVerbs": [verb.value for verb in verbs_of(job.status)],
        "priority": job.priority.name,
        "owner": job.owner,
        "description": job.metadata.description,
        "tags": list(job.metadata.tags),
        "createdAt": moment(job.created_at),
        "startedAt": moment(job.started_at),
        "finishedAt": moment(job.finished_at),
        "parameters": job.parameters.to_dict(),
        "plan": public_plan(job.plan),
        "progress": _progress(job, rate if running or job.finished_at else None, running),
        "execution": _execution(job, now),
        "verification": job.verification,
        "verdict": verdict(job),
        "errors": [{"code": job.failure.code, "message": job.failure.message}] if job.failure else [],
    }


def verdict(job: BatchJob) -> str | None:
    """`failed` when a check of severity error objected, else `passed`; null before anything was checked."""
    if job.verification is None:
        return None
    wrong = any(not check["passed"] and check["severity"] == "error" for check in job.verification)
    return "failed" if wrong else "passed"


def chunk_view(chunk: Chunk) -> dict[str, Any]:
    """One row of the ledger."""
    failed = chunk.error_code is not None
    return {
        "number": chunk.number,
        "market": chunk.market,
        "firstSession": chunk.first_session.isoformat(),
        "lastSession": chunk.last_session.isoformat(),
        "items": chunk.items,
        "status": chunk.status.value,
        "tries": chunk.tries,
        "written": chunk.written,
        "withheld": chunk.withheld,
        "skipped": chunk.skipped,
        "durationMs": chunk.duration_ms,
        "memoryBytes": chunk.memory_bytes,
        "finishedAt": moment(chunk.finished_at),
        "worker": chunk.worker,
        "error": {"code": chunk.error_code, "message": chunk.error_message} if failed else None,
    }


def poison_view(poison: Poison) -> dict[str, Any]:
    """One session that was left out."""
    return {
        "market": poison.market,
        "session": poison.session.isoformat(),
        "chunk": poison.chunk,
        "code": poison.code,
        "message": poison.message,
        "attempt": poison.fence,
        "at": moment(poison.at),
    }


def plan_view(plan: Plan) -> dict[str, Any]:
    """What a dry run answers."""
    return public_plan(plan.to_dict()) | {"planHash": plan.hash, "totalItems": plan.items}


def moment(at: datetime | None) -> str | None:
    """ISO 8601 with Z; null stays null."""
    return None if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def public_plan(plan: dict[str, Any]) -> dict[str, Any]:
    """Without what only the machinery needs, which may be long."""
    return {name: value for name, value in plan.items() if name not in ("bases", "observed", "pinned")}


def _progress(job: BatchJob, rate: float | None, running: bool) -> dict[str, Any]:
    progress = job.progress
    return {
        "totalItems": progress.total,
        "processedItems": progress.processed,
        "failedItems": progress.failed,
        "skippedItems": progress.skipped,
        "progressPercentage": round(progress.percentage, 2),
        "itemsPerSecond": None if rate is None else round(rate, 1),
        "estimatedTimeRemaining": progress.remaining_seconds(rate) if running else None,
    }


def _execution(job: BatchJob, now: datetime) -> dict[str, Any]:
    end = job.finished_at or (now if job.started_at else None)
    return {
        "attempt": job.attempts,
        "worker": job.worker,
        "startedAt": moment(job.started_at),
        "finishedAt": moment(job.finished_at),
        "durationMs": (end - job.started_at).total_seconds() * 1000 if end and job.started_at else None,
        "chunks": {"total": job.chunks_total, "done": job.chunks_done, "failed": job.chunks_failed},
        "chunkSize": job.chunk_size,
    }
