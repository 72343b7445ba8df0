"""Workers on the wire: the shapes of application/worker_views."""

from datetime import date, datetime

from dart_batch.application.worker_views import WorkerState
from dart_batch.domain.job.parameters import JobType
from dart_batch.entrypoints.api.wire import Wire


class CurrentChunk(Wire):
    """The first chunk of a job that is not done yet."""

    number: int
    market: str
    first_session: date
    last_session: date


class RunningJob(Wire):
    """A job that a worker runs; `chunk` is null while the job is verified and published."""

    job_id: str
    type: JobType
    markets: list[str]
    attempt: int
    started_at: datetime | None
    chunks_done: int
    chunks_total: int
    chunk: CurrentChunk | None


class Worker(Wire):
    """A worker process. `busy` of `slots` jobs run; cpuPercent is of one core (200: two are busy), rssBytes resident
    memory, both as of the last heartbeat.
    """

    id: str
    host: str
    pid: int
    state: WorkerState
    started_at: datetime
    heartbeat_at: datetime
    stopped_at: datetime | None
    slots: int
    busy: int
    cpu_percent: float | None
    rss_bytes: int | None
    jobs: list[RunningJob]


class WorkerPage(Wire):
    """A page of workers; `total` counts all that match."""

    items: list[Worker]
    next_cursor: str | None
    total: int
