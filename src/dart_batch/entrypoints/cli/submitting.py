"""From what a user wrote to a planned and submitted backfill."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from dart_batch.application.definitions import default_definition
from dart_batch.application.job_types.historical_backfill import NoObservations
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.corrections import AffectedByCorrections
from dart_batch.domain.job.date_range import EARLIEST, DateRange
from dart_batch.domain.job.errors import DuplicateJob, InvalidParameters
from dart_batch.domain.job.limits import JobLimits
from dart_batch.domain.job.parameters import (
    AUTO,
    AUTO_FIRST_SIZE,
    BatchJobParameters,
    JobMetadata,
    JobType,
    ValidationLevel,
)
from dart_batch.domain.job.plan import Plan
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.recalculation import Publish
from dart_batch.domain.job.status import JobStatus, Verb
from dart_batch.domain.job.strategy import Strategy
from dart_batch.entrypoints.cli.console import err
from dart_batch.entrypoints.cli.local_actor import OWNER, local_actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a user says about any job; `plan_hash` is that of the plan the user saw."""

    priority: Priority = Priority.NORMAL
    description: str = ""
    tags: list[str] = field(default_factory=list)
    plan_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Wish(Said):
    """A backfill in the user's words; null means the default."""

    markets: list[str]
    definition: str | None = None
    start: str | None = None
    end: str | None = None
    chunk_size: str | None = None
    strategy: str = "chunked"
    publish: str = "auto"
    skip_limit: int | None = None
    limits: dict[str, float | None] = field(default_factory=dict)
    components: list[str] = field(default_factory=list)
    overwrite: bool = False
    affected: bool = False
    validation: str = "basic"


@dataclass(frozen=True, slots=True)
class Order:
    """A wish made definite, and what it would do."""

    submission: Submission
    plan: Plan

    @property
    def parameters(self) -> BatchJobParameters:
        return self.submission.parameters


def order(app: App, wish: Wish) -> Order:
    """Plan a backfill. Raises what planning raises, and InvalidParameters for markets without one common default."""
    markets = tuple(app.calendars.of(name).market for name in wish.markets)
    parameters = BatchJobParameters(
        date_range=_range(app, markets, wish),
        target_markets=markets,
        definition=wish.definition or _definition(markets),
        components=tuple(wish.components),
        overwrite_existing=wish.overwrite,
        validation_level=ValidationLevel(wish.validation.upper()),
        chunk_size=_chunk_size(app, wish),
        tuned=wish.chunk_size == AUTO,
        strategy=Strategy(wish.strategy.upper()),
        publish=Publish(wish.publish.upper()),
        skip_limit=app.settings.batch_skip_limit if wish.skip_limit is None else wish.skip_limit,
        limits=_limits(app, wish),
        retry=app.retry,
        details=AffectedByCorrections() if wish.affected else None,
    )
    return planned(app, JobType.HISTORICAL_BACKFILL, parameters, wish)


def planned(app: App, kind: JobType, parameters: BatchJobParameters, said: Said) -> Order:
    """The order for a job, pinned to its plan. Raises what planning raises, and StalePlan."""
    metadata = JobMetadata(said.description, tuple(said.tags))
    submission = Submission(kind, parameters, metadata, said.priority, OWNER, plan_hash=said.plan_hash)
    plan = app.submit.preview(submission)
    return Order(replace(submission, plan_hash=plan.hash), plan)


def _chunk_size(app: App, wish: Wish) -> int:
    if wish.chunk_size is None:
        return app.settings.batch_chunk_size
    if wish.chunk_size == AUTO:
        return AUTO_FIRST_SIZE
    try:
        return int(wish.chunk_size)
    except ValueError:
        raise InvalidParameters("chunkSize is either a number or auto.", field="chunkSize") from None


def _limits(app: App, wish: Wish) -> JobLimits:
    named: dict[str, Any] = {name: value for name, value in wish.limits.items() if value is not None}
    return replace(app.settings.job_limits, **named)


def submit_or_continue(app: App, wanted: Order) -> BatchJob:
    """The new job; or the unfinished one that already does exactly this, started if it waits for a start.

    Raises NothingToDo, StalePlan or QueueFull.
    """
    try:
        return app.submit(wanted.submission, local_actor())
    except DuplicateJob as twin:
        job = app.queries.job(str(twin.fields["job_id"]))
    err().print(
        f"Job {job.id} already does exactly this ({job.status.value}, {job.progress.processed:,} of "
        f"{job.progress.total:,} sessions): going on with it."
    )
    if job.status in (JobStatus.PENDING, JobStatus.PAUSED):
        return app.control(job.id, Verb.START, local_actor())
    return job


def extent(app: App, markets: tuple[str, ...]) -> DateRange:
    """First to last day of the observations of the markets. Raises NoObservations when there are none."""
    days: list[date] = []
    for market in markets:
        revision = app.market_data.revision(market)
        days += app.market_data.extent(market, None, quotes=True, revision=revision) or ()
    if not days:
        raise NoObservations(
            f"Market {', '.join(markets)} has no observations yet.",
            hint="Import some: `dart-batch data import FILE --market " + markets[0] + " --as series|quotes`.",
        )
    return DateRange(max(min(days), EARLIEST), max(days))


def _range(app: App, markets: tuple[str, ...], wish: Wish) -> DateRange:
    if wish.start and wish.end:
        return DateRange.parse(wish.start, wish.end)
    whole = extent(app, markets)
    return DateRange.parse(wish.start or str(whole.start), wish.end or str(whole.end))


def _definition(markets: tuple[str, ...]) -> str:
    defaults = {default_definition(market) for market in markets}
    if len(defaults) > 1:
        raise InvalidParameters(
            f"The markets {', '.join(markets)} have different definitions by default; name one.",
            hint="Add --definition NAME, or run one backfill per market.",
            field="definition",
        )
    return defaults.pop()
