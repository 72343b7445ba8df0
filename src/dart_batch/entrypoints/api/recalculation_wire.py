"""Recalculations, differences and publications on the wire: the shapes of application/difference_views."""

from datetime import date, datetime
from typing import Literal

from dart_batch.domain.index.level import Level
from dart_batch.domain.index.publication import GenerationState, GenerationStatus
from dart_batch.domain.job.parameters import JobType
from dart_batch.entrypoints.api.wire import Wire


class DifferenceSummary(Wire):
    """Figures of all sessions, in points of the index; null where nothing can be compared. `appeared` and `withheld`
    count values that come and go, `flipped` sessions with another level.
    """

    sessions: int
    compared: int
    changed: int
    appeared: int
    withheld: int
    flipped: int
    mean_delta: float | None
    mean_size: float | None
    largest_delta: float | None
    largest_session: date | None
    rank_correlation: float | None


class LevelFlips(Wire):
    """Sessions that had the level `old` and get `new`; NONE where there is no value."""

    old: Level | Literal["NONE"]
    new: Level | Literal["NONE"]
    sessions: int


class ComponentShare(Wire):
    """What one component contributes to the changes: mean, mean size and largest."""

    name: str
    mean: float
    mean_size: float
    largest: float


class SessionDifference(Wire):
    """One session. The attributions of its components add up to the delta; both are null without two values."""

    date: date
    old: float | None
    new: float | None
    delta: float | None
    old_level: Level | None
    new_level: Level | None
    old_coverage: float | None
    new_coverage: float | None
    attribution: dict[str, float] | None


class Difference(Wire):
    """What a generation changes against what was live when its job was planned; `items` is one page of sessions.

    `decision` is null for what was published with its job. A `stale` generation cannot be promoted any more.
    """

    job_id: str
    market: str
    index: str
    definition: str
    recalculation_reason: str
    new_weights: dict[str, float]
    decision: GenerationStatus | None
    stale: bool
    summary: DifferenceSummary
    level_flips: list[LevelFlips]
    components: list[ComponentShare]
    items: list[SessionDifference]
    total: int


class ComparedSide(Wire):
    """Readings of an index: live ones, those of a moment, or those that a job wrote."""

    definition: str
    as_of: datetime | None
    job_id: str | None


class Comparison(Wire):
    """What another side of an index has for the sessions that both have; `onlyOld` and `onlyNew` count the others.
    `items` is one page of sessions; attributions and `components` are empty unless asked for.
    """

    market: str
    old: ComparedSide
    new: ComparedSide
    bounds: list[float]
    only_old: int
    only_new: int
    summary: DifferenceSummary
    level_flips: list[LevelFlips]
    components: list[ComponentShare]
    items: list[SessionDifference]
    total: int


class Generation(Wire):
    """What a job wrote for an index, from its first to its last session, and what became of it."""

    job_id: str
    job_type: JobType
    state: GenerationState
    owner: str
    finished_at: datetime
    first: date
    last: date
    sessions: int
    definition: str
    reason: str


class GenerationList(Wire):
    """Generations of an index, the one that was finished last first."""

    items: list[Generation]


class PublicationAct(Wire):
    """A publication, or the rollback of one (`undoes`); first and last session, null when nothing is known of them."""

    publication_id: str
    kind: Literal["PUBLISH", "ROLLBACK"]
    undoes: str | None
    undone_by: str | None
    market: str
    index: str
    job_id: str
    published_at: datetime
    published_by: str
    sessions: int
    first: date | None
    last: date | None
    content_hash: str
    reason: str


class PublicationPage(Wire):
    """Acts, the newest first; `total` counts all."""

    items: list[PublicationAct]
    total: int


class Life(Wire):
    """A value that a session showed from `since` until `until` (null: it is live)."""

    value: float | None
    level: Level | None
    coverage: float
    withheld_reason: str | None
    definition: str
    definition_hash: str
    job_id: str
    job_type: JobType | None
    reason: str
    publication_id: str
    since: datetime
    until: datetime | None


class SessionHistory(Wire):
    """Every value a session ever had, oldest first."""

    market: str
    index: str
    date: date
    items: list[Life]


class RolledBack(Wire):
    """The index that shows again what it showed before, for so many sessions of the publication."""

    publication_id: str
    market: str
    index: str
    job_id: str
    sessions: int
