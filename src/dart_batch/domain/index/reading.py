"""A reading: one row of a computed index."""

from dataclasses import dataclass
from datetime import date

from dart_batch.domain.index.level import Level


@dataclass(frozen=True, slots=True)
class IndicatorReading:
    """An indicator on one session; null score = missing. `source` is `observed`, `proxy:<note>` or null."""

    name: str
    raw: float | None
    score: float | None
    source: str | None


@dataclass(frozen=True, slots=True)
class ComponentReading:
    """A component on one session.

    `weight` is the declared share, `effective_weight` the share among the present components (null when missing),
    `contribution` their product with the score, `coverage` the share of indicators present, and `imputed` the
    number of rows the score was carried over (0 = of this very session).
    """

    name: str
    raw: float | None
    score: float | None
    weight: float
    effective_weight: float | None
    contribution: float | None
    coverage: float
    source: str | None
    imputed: int
    indicators: tuple[IndicatorReading, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Index value in [0, 100] of one market session, or null with the reason why it is withheld."""

    market: str
    session: date
    value: float | None
    level: Level | None
    coverage: float
    components: tuple[ComponentReading, ...]
    input_hash: str
    withheld_reason: str | None = None

    @property
    def published(self) -> bool:
        """Whether the reading has a value."""
        return self.value is not None
