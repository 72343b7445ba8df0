"""From what somebody asks for to the parameters of a validation."""

from dataclasses import dataclass
from datetime import date

from dart_batch.application.definitions import default_definition
from dart_batch.application.job_types.validation.planning import CHUNK_SIZE, DataValidation
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.limits import JobLimits
from dart_batch.domain.job.parameters import BatchJobParameters, ValidationLevel
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.domain.job.strategy import Strategy
from dart_batch.domain.job.validation import ALL, BASIC_SAMPLE, Sample, Scope, Validation

DEFAULT_MARKET = "KOSPI"


@dataclass(frozen=True, slots=True)
class Question:
    """What to validate; null means: of a job its own market and index, else the market's default index, everything
    that is stored, and by level BASIC_SAMPLE readings or all.
    """

    scope: Scope = Scope.READINGS
    of_job: str = ""
    market: str | None = None
    index: str | None = None
    start: date | None = None
    end: date | None = None
    level: ValidationLevel = ValidationLevel.BASIC
    sample: Sample | None = None
    chunk_size: int | None = None
    strategy: Strategy = Strategy.CHUNKED


def validation_parameters(
    types: DataValidation, asked: Question, limits: JobLimits, retry: RetryPolicy
) -> BatchJobParameters:
    """Raises UnknownMarket, JobNotFound, NothingStored, InvalidParameters."""
    sample = asked.sample if asked.sample is not None else _sample(asked.level)
    special = Validation(asked.scope, asked.of_job, sample)
    own_market, own_index = types.written_by(asked.of_job) if asked.of_job else (DEFAULT_MARKET, None)
    market = types.calendars.of(asked.market or own_market).market
    index = asked.index or own_index or default_definition(market)
    return BatchJobParameters(
        date_range=_range(types, asked, special, market, index),
        target_markets=(market,),
        definition=index,
        validation_level=asked.level,
        chunk_size=asked.chunk_size or CHUNK_SIZE,
        strategy=asked.strategy,
        limits=limits,
        retry=retry,
        details=special,
    )


def _sample(level: ValidationLevel) -> Sample:
    return ALL if level is ValidationLevel.COMPREHENSIVE else BASIC_SAMPLE


def _range(types: DataValidation, asked: Question, special: Validation, market: str, index: str) -> DateRange:
    whole = types.extent(special, market, index)
    return DateRange(
        asked.start or min(whole.start, asked.end or whole.start), asked.end or max(whole.end, asked.start or whole.end)
    )
