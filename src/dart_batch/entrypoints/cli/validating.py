"""From what a user wrote to a planned validation."""

from dataclasses import dataclass
from datetime import date

from dart_batch.application.job_types.validation.asking import Question, validation_parameters
from dart_batch.bootstrap import App
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.parameters import JobType, ValidationLevel
from dart_batch.domain.job.strategy import Strategy
from dart_batch.domain.job.validation import ALL, Sample, Scope
from dart_batch.entrypoints.cli.finding import find_job
from dart_batch.entrypoints.cli.submitting import Order, Said, planned


@dataclass(frozen=True, slots=True)
class Wish(Said):
    """A validation in the user's words; null means the default."""

    market: str | None = None
    scope: str | None = None
    job: str | None = None
    index: str | None = None
    level: str = "basic"
    sample: str | None = None
    start: str | None = None
    end: str | None = None
    chunk_size: int | None = None
    strategy: str = "chunked"


def order(app: App, wish: Wish) -> Order:
    """Plan a validation. Raises what planning raises, and InvalidParameters."""
    scope = wish.scope or ("generation" if wish.job else "readings")
    question = Question(
        scope=Scope(scope.upper()),
        of_job=find_job(app, wish.job).id if wish.job else "",
        market=wish.market,
        index=wish.index,
        start=_day(wish.start, "--from"),
        end=_day(wish.end, "--to"),
        level=ValidationLevel(wish.level.upper()),
        sample=None if wish.sample is None else _sample(wish.sample),
        chunk_size=wish.chunk_size,
        strategy=Strategy(wish.strategy.upper()),
    )
    parameters = validation_parameters(app.validation, question, app.settings.job_limits, app.retry)
    return planned(app, JobType.DATA_VALIDATION, parameters, wish)


def _sample(text: str) -> Sample:
    if text == ALL:
        return ALL
    try:
        return int(text)
    except ValueError:
        raise InvalidParameters(f"--sample is a number or all, not '{text}'.", field="--sample") from None


def _day(text: str | None, option: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise InvalidParameters(f"{option} must be a date as YYYY-MM-DD, got '{text}'.", field=option) from None
