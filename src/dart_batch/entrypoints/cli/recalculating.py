"""From what a user wrote to a planned recalculation."""

from dataclasses import dataclass, field

from dart_batch.application.job_types.index_recalculation import CHUNK_SIZE, wanted_definition
from dart_batch.bootstrap import App
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.parameters import BatchJobParameters, JobType, ValidationLevel
from dart_batch.domain.job.recalculation import Publish, Recalculation
from dart_batch.entrypoints.cli.submitting import Order, Said, extent, planned


@dataclass(frozen=True, slots=True)
class Wish(Said):
    """A recalculation in the user's words; null means the default."""

    market: str
    reason: str
    weights: list[str] = field(default_factory=list)
    definition: str | None = None
    index: str = ""
    start: str | None = None
    end: str | None = None
    publish: str = "manual"
    chunk_size: int | None = None
    validation: str = "basic"


def order(app: App, wish: Wish) -> Order:
    """Plan a recalculation. Raises what planning raises, and InvalidParameters."""
    market = app.calendars.of(wish.market).market
    weights = tuple(sorted(weights_of(wish.weights).items()))
    parameters = BatchJobParameters(
        date_range=_range(app, market, wish),
        target_markets=(market,),
        definition=wanted_definition(market, wish.definition, weights=bool(weights)),
        chunk_size=wish.chunk_size or CHUNK_SIZE,
        validation_level=ValidationLevel(wish.validation.upper()),
        limits=app.settings.job_limits,
        retry=app.retry,
        publish=Publish(wish.publish.upper()),
        details=Recalculation(wish.reason, weights, wish.index),
    )
    return planned(app, JobType.INDEX_RECALCULATION, parameters, wish)


def weights_of(texts: list[str]) -> dict[str, float]:
    """Weights by component from texts like `a=0.3,b=0.7`. Raises InvalidParameters."""
    found: dict[str, float] = {}
    for part in (part.strip() for text in texts for part in text.split(",") if part.strip()):
        name, _, number = part.partition("=")
        if name in found:
            raise InvalidParameters(f"--weights names {name} twice.", field="--weights")
        found[name] = _number(part, number)
    return found


def _number(part: str, number: str) -> float:
    try:
        return float(number)
    except ValueError:
        raise InvalidParameters(f"--weights is written NAME=0.3,NAME=0.7, not '{part}'.", field="--weights") from None


def _range(app: App, market: str, wish: Wish) -> DateRange:
    if wish.start and wish.end:
        return DateRange.parse(wish.start, wish.end)
    whole = extent(app, (market,))
    return DateRange.parse(wish.start or str(whole.start), wish.end or str(whole.end))
