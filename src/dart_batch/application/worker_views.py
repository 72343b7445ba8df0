"""Workers as people and programs see them: the JSON of API and command line (camelCase)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from dart_batch.application.views import moment


class WorkerState(StrEnum):
    """Alive: it gave a sign of life within one lease. Stale: it did not, and has not left in good order."""

    ALIVE = "alive"
    STALE = "stale"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A job under a worker's lease. `chunk` is (number, market, first, last session) of the first chunk that is not
    done yet, null while the job is verified and published. `attempt` is the number that attempts and log lines have.
    """

    job_id: str
    type: str
    markets: str
    attempt: int
    started_at: datetime | None
    chunks_done: int
    chunks_total: int
    chunk: tuple[int, str, date, date] | None


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """A worker as it announced itself and what it ran at the last look.

    `cpu_percent` is of one core, `rss_bytes` resident memory, both as of the last heartbeat; null before the first.
    """

    id: str
    host: str
    pid: int
    started_at: datetime
    heartbeat_at: datetime
    stopped_at: datetime | None
    slots: int
    cpu_percent: float | None
    rss_bytes: int | None
    jobs: tuple[RunningJob, ...] = ()

    def state(self, now: datetime, lease_seconds: float) -> WorkerState:
        """Whether the worker is there."""
        if self.stopped_at is not None:
            return WorkerState.STOPPED
        fresh = self.heartbeat_at >= now - timedelta(seconds=lease_seconds)
        return WorkerState.ALIVE if fresh else WorkerState.STALE


def worker_view(worker: WorkerFacts, now: datetime, lease_seconds: float) -> dict[str, Any]:
    """The worker with its state, its load and the jobs it runs."""
    return {
        "id": worker.id,
        "host": worker.host,
        "pid": worker.pid,
        "state": worker.state(now, lease_seconds).value,
        "startedAt": moment(worker.started_at),
        "heartbeatAt": moment(worker.heartbeat_at),
        "stoppedAt": moment(worker.stopped_at),
        "slots": worker.slots,
        "busy": len(worker.jobs),
        "cpuPercent": worker.cpu_percent,
        "rssBytes": worker.rss_bytes,
        "jobs": [_running(job) for job in worker.jobs],
    }


def _running(job: RunningJob) -> dict[str, Any]:
    return {
        "jobId": job.job_id,
        "type": job.type,
        "markets": job.markets.split(","),
        "attempt": job.attempt,
        "startedAt": moment(job.started_at),
        "chunksDone": job.chunks_done,
        "chunksTotal": job.chunks_total,
        "chunk": None if job.chunk is None else _chunk(*job.chunk),
    }


def _chunk(number: int, market: str, first: date, last: date) -> dict[str, Any]:
    return {
        "number": number,
        "market": market,
        "firstSession": first.isoformat(),
        "lastSession": last.isoformat(),
    }
