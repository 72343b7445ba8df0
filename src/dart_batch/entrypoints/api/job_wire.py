"""Jobs on the wire: the shapes of application/views."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from dart_batch.domain.index.publication import GenerationState
from dart_batch.domain.job.chunk import ChunkStatus
from dart_batch.domain.job.parameters import JobType, ValidationLevel
from dart_batch.domain.job.periods import Every
from dart_batch.domain.job.recalculation import Publish
from dart_batch.domain.job.reporting import Language, ReportFormat
from dart_batch.domain.job.status import JobStatus
from dart_batch.domain.job.strategy import Strategy
from dart_batch.domain.job.validation import Scope
from dart_batch.domain.job.waiting import WaitingFor
from dart_batch.entrypoints.api.wire import Wire

PriorityName = Literal["HIGH", "NORMAL", "LOW"]


class DateRange(Wire):
    """Days from start to end, both included."""

    start_date: date
    end_date: date


class Limits(Wire):
    """What the job may use of its worker; 0: no limit. Memory in MiB of its process, cpuPercent of one core."""

    wall_seconds: float
    memory_soft_mb: int
    memory_hard_mb: int
    cpu_percent: float


class JobParameters(Wire):
    """What the job was asked to do; retryDelay in milliseconds. skipLimit sessions may be left out.

    recalculationReason, newWeights (by component) and index are there for INDEX_RECALCULATION only,
    affectedByCorrections for a HISTORICAL_BACKFILL of nothing else, formats to priceSeries for a BULK_REPORT, scope,
    jobId and sample for DATA_VALIDATION; moveTo, those that begin with legacy, and renameFrom and renameTo for the
    three migrations.
    """

    date_range: DateRange
    target_markets: list[str]
    definition: str
    components: list[str]
    overwrite_existing: bool
    validation_level: ValidationLevel
    chunk_size: int | Literal["auto"]
    strategy: Strategy
    max_retries: int
    retry_delay: int
    skip_limit: int
    limits: Limits
    publish: Publish
    recalculation_reason: str | None = None
    new_weights: dict[str, float] | None = None
    index: str | None = None
    affected_by_corrections: bool | None = None
    formats: list[ReportFormat] | None = None
    language: Language | None = None
    definitions: list[str] | None = None
    period: Every | None = None
    periods: list[DateRange] | None = None
    price_series: str | None = None
    scope: Scope | None = None
    job_id: str | None = None
    sample: int | Literal["all"] | None = None
    move_to: str | None = None
    legacy_source: str | None = None
    legacy_table: str | None = None
    legacy_job: str | None = None
    legacy_index: str | None = None
    rename_from: str | None = None
    rename_to: str | None = None


class SkippedRun(Wire):
    """Sessions the job leaves alone, and why."""

    market: str
    first_session: date
    last_session: date
    sessions: int
    reason: str


class JobPlan(Wire):
    """What the job was planned to do. `runs` holds first and last session of each unbroken run, per market.

    `index` is the name under which the readings are published. `counts` tells by kind what goes in a MAINTENANCE job,
    whose items are days, and whether a recalculation has `reused` stored scores or `computed` them.
    `planHash` is null for jobs that were submitted before there was one. `causes` says why each run of an
    affectedByCorrections backfill is computed anew.
    """

    added: int
    changed: int
    skipped: int
    chunks: int
    skips: list[SkippedRun]
    runs: dict[str, list[list[date]]]
    data_revisions: dict[str, int]
    definition: str
    index: str
    definition_hash: str
    counts: dict[str, int]
    plan_hash: str | None = None
    causes: dict[str, list[str]] = Field(default_factory=dict)


class Plan(JobPlan):
    """Answer of a dry run."""

    plan_hash: str
    total_items: int


class Progress(Wire):
    """Counts of sessions; rates are null while nothing runs, the remaining time is in seconds."""

    total_items: int
    processed_items: int
    failed_items: int
    skipped_items: int
    progress_percentage: float
    items_per_second: float | None
    estimated_time_remaining: float | None


class ChunkCounts(Wire):
    """Chunks of the ledger by outcome."""

    total: int
    done: int
    failed: int


class Execution(Wire):
    """The present or last attempt. `chunkSize` is the size by which open chunks are cut now."""

    attempt: int
    worker: str | None
    started_at: datetime | None
    finished_at: datetime | None
    duration_ms: float | None
    chunks: ChunkCounts
    chunk_size: int


class Check(Wire):
    """One check of what was written."""

    code: str
    severity: str
    passed: bool
    checked: int
    objections: int
    examples: list[str]


class JobError(Wire):
    """Why a job failed."""

    code: str
    message: str


class JobWaiting(Wire):
    """Why a job does not run, as a code and in words, with the facts in them; `position` of `queued` is its place in
    the queue.
    """

    code: WaitingFor
    reason: str
    facts: dict[str, str]
    position: int | None
    queued: int | None


class Job(Wire):
    """A job with progress, execution and errors. `verdict` says whether a check of severity error objected; a
    DATA_VALIDATION that found errors is COMPLETED, and its verdict is failed.
    `generation` is what became of what the job wrote: STAGED waits for a decision; null while there is nothing, and not
    told by the live channel.
    """

    job_id: str
    type: JobType
    status: JobStatus
    reason: str | None
    waiting: JobWaiting | None
    allowed_verbs: list[str]
    priority: PriorityName
    owner: str
    description: str
    tags: list[str]
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    parameters: JobParameters
    plan: JobPlan
    progress: Progress
    execution: Execution
    verification: list[Check] | None
    verdict: Literal["passed", "failed"] | None
    errors: list[JobError]
    generation: GenerationState | None = None


class WantedPriority(Wire):
    """The new urgency of a job."""

    priority: PriorityName


class JobPage(Wire):
    """A page of jobs; `total` counts all that match."""

    items: list[Job]
    next_cursor: str | None
    total: int


class ChunkError(Wire):
    """Why the last try of a chunk failed."""

    code: str
    message: str


class Chunk(Wire):
    """One row of the ledger. `skipped` counts sessions that could not be computed and were left out. `memoryBytes` is
    the resident memory of the whole worker when the chunk was computed, whatever else ran in it.
    """

    number: int
    market: str
    first_session: date
    last_session: date
    items: int
    status: ChunkStatus
    tries: int
    written: int
    withheld: int
    skipped: int
    duration_ms: float | None
    memory_bytes: int | None
    finished_at: datetime | None
    worker: str | None
    error: ChunkError | None


class ChunkList(Wire):
    """The ledger of a job, by number."""

    items: list[Chunk]


class SkippedSession(Wire):
    """A session that could not be computed and was left out, by which attempt and when."""

    market: str
    session: date
    chunk: int
    code: str
    message: str
    attempt: int
    at: datetime


class SkippedSessionList(Wire):
    """Sessions a job left out, by chunk and session."""

    items: list[SkippedSession]


class Attempt(Wire):
    """One execution of a job; `outcome` is null while it runs."""

    attempt: int
    worker: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    message: str | None


class AttemptList(Wire):
    """Attempts of a job, oldest first."""

    items: list[Attempt]
