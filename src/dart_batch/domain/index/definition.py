"""An index definition: what the index is made of, as immutable data with an identity of its content."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from datetime import date, time
from enum import StrEnum
from typing import Any

from dart_batch.domain.index.errors import UnknownComponent
from dart_batch.domain.index.expression import Expression, QuotesInput, SeriesInput, inputs

NOT_CONTENT = ("title", "description", "varied", "content_hash", "scoring_hash")
NOT_SCORING = (*NOT_CONTENT, "name", "version", "levels", "minimum_coverage")


class Rows(StrEnum):
    """What a window counts: sessions of the market's calendar, or the rows that exist in the series itself."""

    SESSIONS = "sessions"
    OWN = "own"


class Direction(StrEnum):
    """What a higher raw value means."""

    GREED = "greed"
    FEAR = "fear"


class Method(StrEnum):
    """How a raw value becomes a score in [0, 100]."""

    PERCENTILE = "percentile"
    ZSCORE_RANK = "zscore_rank"
    TRIGGER_RANK = "trigger_rank"


class Convention(StrEnum):
    """How a rank becomes a percentage; a unique maximum of 252 scores 100, 99.6, 100 and 99.8."""

    MIDRANK = "midrank"
    STRICT = "strict"
    WEAK = "weak"
    MEAN = "mean"


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Rank over `window` rows; `z_window` and the triggers are used by the methods that name them."""

    method: Method
    window: int
    convention: Convention = Convention.MIDRANK
    z_window: int = 1
    z_trigger: float = 0.0
    level_trigger: float = 0.0


@dataclass(frozen=True, slots=True)
class Source:
    """One way to obtain an indicator. `proxy` is empty for the real thing, else says what stands in for it."""

    formula: Expression
    normalisation: Normalisation
    proxy: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A score with ordered sources: a later one is used only on sessions where all earlier ones have no score."""

    name: str
    direction: Direction
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Component:
    """A weighted part of the index; its score is the mean of its present indicators. Weights sum to 1."""

    name: str
    code: str
    weight: float
    indicators: tuple[Indicator, ...]

    @property
    def sources(self) -> Iterator[Source]:
        """All sources of all indicators."""
        return (source for indicator in self.indicators for source in indicator.sources)


@dataclass(frozen=True, slots=True)
class PriceLimit:
    """The exchange's daily limit (a share, 0.30 = 30 %) up to and including `until`."""

    until: date
    limit: float


@dataclass(frozen=True, slots=True)
class StockRules:
    """How raw stock quotes are cleaned and grouped; windows in sessions."""

    price_limits: tuple[PriceLimit, ...] = (PriceLimit(date.max, 0.30),)
    tolerance: float = 0.005
    high_low_window: int = 252
    volatility_window: int = 60
    groups: int = 5


@dataclass(frozen=True, slots=True)
class Definition:
    """A versioned index definition. `levels` are four ascending upper bounds, `as_of` is the market's local time.

    `varied` marks a version whose weights were replaced: a definition of its own, named by what it is.
    """

    name: str
    version: int
    title: str
    description: str
    rows: Rows
    as_of: time
    levels: tuple[float, float, float, float]
    minimum_coverage: float
    min_fill: float
    carry: int
    stocks: StockRules
    components: tuple[Component, ...]
    varied: bool = False
    content_hash: str = field(init=False, compare=False, repr=False)
    """SHA-256 (64 hex) of everything that can change a reading; title and description cannot."""
    scoring_hash: str = field(init=False, compare=False, repr=False)
    """SHA-256 (64 hex) of everything that can change a score of a component; weights and levels cannot."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "content_hash", _hash(self, NOT_CONTENT))
        unweighted = replace_weights(self.components, [0.0] * len(self.components))
        object.__setattr__(self, "scoring_hash", _hash(self, NOT_SCORING, components=unweighted))

    @property
    def variant(self) -> str:
        """What tells a varied version from its base: the first 8 hex digits of its content; empty for a base."""
        return self.content_hash[:8] if self.varied else ""

    @property
    def identifier(self) -> str:
        """Name and version, as in `kospi@1`, and of a varied version what tells it apart: `kospi@1+0123abcd`."""
        return f"{self.name}@{self.version}" + (f"+{self.variant}" if self.varied else "")

    @property
    def sources(self) -> Iterator[Source]:
        """All sources of all components, proxies included."""
        return (source for component in self.components for source in component.sources)

    @property
    def series_inputs(self) -> tuple[str, ...]:
        """Names of all series any source reads, sorted."""
        found = (read for source in self.sources for read in inputs(source.formula))
        return tuple(sorted({read.series for read in found if isinstance(read, SeriesInput)}))

    @property
    def needs_quotes(self) -> bool:
        """Whether any source reads the stock panel."""
        return any(isinstance(read, QuotesInput) for source in self.sources for read in inputs(source.formula))

    def select(self, codes_or_names: Sequence[str]) -> "Definition":
        """Only the named components, weights divided by their sum, as an index of its own name: `kospi[VOLATILITY]`.

        Raises UnknownComponent, also for no name at all.
        """
        wanted = set(codes_or_names)
        known = {word for component in self.components for word in (component.name, component.code)}
        if not wanted or wanted - known:
            raise UnknownComponent(sorted(wanted - known), [component.code for component in self.components])
        kept = tuple(component for component in self.components if wanted & {component.name, component.code})
        if len(kept) == len(self.components):
            return self
        name = f"{self.name}[{'+'.join(component.code for component in kept)}]"
        return replace(self, name=name, components=with_unit_weights(kept))


def with_unit_weights(components: Sequence[Component]) -> tuple[Component, ...]:
    """The same components with weights that sum to 1; weights that already do are kept to the bit."""
    total = sum(component.weight for component in components)
    if abs(total - 1.0) <= 1e-9:
        return tuple(components)
    return tuple(replace(component, weight=component.weight / total) for component in components)


def replace_weights(components: Sequence[Component], weights: Sequence[float]) -> tuple[Component, ...]:
    """The same components with these weights, in their order."""
    return tuple(replace(component, weight=weight) for component, weight in zip(components, weights, strict=True))


def _hash(definition: Definition, without: Sequence[str], **instead: Any) -> str:
    names = [item.name for item in fields(definition) if item.name not in without]
    content = {name: _plain(instead.get(name, getattr(definition, name))) for name in names}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else value
