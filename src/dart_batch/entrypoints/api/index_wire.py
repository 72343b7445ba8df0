"""The index on the wire."""

from datetime import date, datetime

from dart_batch.domain.index.level import Level
from dart_batch.entrypoints.api.wire import Wire


class LatestReading(Wire):
    """The newest reading that has a value."""

    date: date
    value: float
    level: Level
    coverage: float


class IndexSummary(Wire):
    """One published index."""

    market: str
    definition: str
    first: date
    last: date
    sessions: int
    latest: LatestReading | None


class IndexList(Wire):
    """Everything that is published."""

    items: list[IndexSummary]


class ComponentSummary(Wire):
    """A component of a definition; weights sum to 1."""

    name: str
    code: str
    weight: float


class DefinitionSummary(Wire):
    """An index definition. `levels` are the four ascending upper bounds, each belonging to its level."""

    identifier: str
    name: str
    version: int
    title: str
    description: str
    content_hash: str
    levels: list[float]
    minimum_coverage: float
    components: list[ComponentSummary]


class DefinitionList(Wire):
    """All definitions, by name and version."""

    items: list[DefinitionSummary]


class IndicatorReading(Wire):
    """One indicator of a component; a null score is a missing one."""

    raw: float | None
    score: float | None
    source: str | None


class ComponentReading(Wire):
    """One component of a reading: 0 to 100 or null. `imputed` counts the rows the score was carried over. The weight of
    an imported reading is null: it is not known.
    """

    raw: float | None
    score: float | None
    weight: float | None
    effective_weight: float | None
    contribution: float | None
    coverage: float
    source: str | None
    imputed: int
    indicators: dict[str, IndicatorReading]


class Reading(Wire):
    """One session. The value is 0 to 100, or null with the reason why it is withheld."""

    date: date
    value: float | None
    level: Level | None
    coverage: float
    job_id: str
    input_hash: str
    withheld_reason: str | None
    components: dict[str, ComponentReading] | None = None


class UsedDefinition(Wire):
    """A definition that readings of the answer were computed with."""

    definition: str
    definition_hash: str
    sessions: int


class IndexHistory(Wire):
    """Live readings by date. `definition` and `definitionHash` are those of the newest one; `definitions` names all."""

    market: str
    definition: str
    definition_hash: str
    bounds: list[float]
    definitions: list[UsedDefinition]
    items: list[Reading]


class LineageInput(Wire):
    """Observations of one input inside the reading's look-back, with their fingerprint."""

    name: str
    first: date | None
    last: date | None
    rows: int
    hash: str


class LineageJob(Wire):
    """The job that wrote the reading."""

    job_id: str
    status: str
    owner: str
    created_at: datetime
    finished_at: datetime | None


class Lineage(Wire):
    """Where a reading came from. `verified` says whether the inputs, hashed again, give the reading's inputHash."""

    definition: str
    definition_hash: str
    input_hash: str
    job: LineageJob
    data_revision: int
    verified: bool
    inputs: list[LineageInput]


class ReadingDetail(Reading):
    """One reading with everything it came from."""

    market: str
    definition: str
    definition_hash: str
    bounds: list[float]
    lineage: Lineage
