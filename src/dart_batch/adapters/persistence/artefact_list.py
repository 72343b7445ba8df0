"""Lists of the files of all jobs: what matches, in which order, and from where on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.artefact_tables import artefacts
from dart_batch.adapters.persistence.artefacts import artefact_of
from dart_batch.adapters.persistence.moments import naive
from dart_batch.domain.job.artefact import Artefact
from dart_batch.domain.job.errors import InvalidParameters

SORTS = {"createdAt": artefacts.c.created_at, "size": artefacts.c.size, "period": artefacts.c.period}
SORT_VALUES = {"createdAt": datetime, "size": int, "period": str}
Place = tuple[datetime | int | str, str, str]


@dataclass(frozen=True, slots=True)
class ArtefactFilter:
    """Which files, in which order. `text` is searched in their names; made in [created_from, created_before).

    `after` is the place of the last file of the page before: the list goes on behind it.
    """

    market: str | None = None
    definition: str | None = None
    format: Sequence[str] = ()
    language: str | None = None
    job_id: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    text: str | None = None
    sort: str = "-createdAt"
    limit: int = 50
    after: Place | None = None

    def place(self, one: Artefact) -> Place:
        """Where the file stands in the order: what it is sorted by, its job and its name. Raises InvalidParameters."""
        values: dict[str, datetime | int | str]
        values = {"createdAt": one.created_at, "size": one.size, "period": one.period}
        return values[_sort_name(self.sort)], one.job_id, one.name


class SqlArtefactList:
    """Each call is one read transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def page(self, wanted: ArtefactFilter) -> list[Artefact]:
        """One page. Raises InvalidParameters for an unknown sort."""
        with self._engine.connect() as connection:
            return [artefact_of(row) for row in connection.execute(page_of(wanted)).mappings()]

    def sum(self, wanted: ArtefactFilter) -> tuple[int, int]:
        """How many files match on all pages, and their bytes."""
        size = sa.func.coalesce(sa.func.sum(artefacts.c.size), 0)
        query = sa.select(sa.func.count(), size).select_from(artefacts).where(*_matching(wanted))
        with self._engine.connect() as connection:
            count, total = connection.execute(query).one()
        return int(count), int(total)


def page_of(wanted: ArtefactFilter) -> sa.Select[Any]:
    """The rows of one page. Raises InvalidParameters for an unknown sort."""
    query = sa.select(artefacts).where(*_matching(wanted)).order_by(*_order(wanted.sort)).limit(wanted.limit)
    return query if wanted.after is None else query.where(_behind(wanted.sort, wanted.after))


def _matching(wanted: ArtefactFilter) -> list[sa.ColumnElement[bool]]:
    columns = artefacts.c
    same = ("market", "definition", "language", "job_id")
    found = [columns[name] == getattr(wanted, name) for name in same if getattr(wanted, name)]
    if wanted.format:
        found.append(columns.format.in_(list(wanted.format)))
    if wanted.created_from:
        found.append(columns.created_at >= naive(wanted.created_from))
    if wanted.created_before:
        found.append(columns.created_at < naive(wanted.created_before))
    return [*found, *([columns.name.contains(wanted.text, autoescape=True)] if wanted.text else [])]


def _sort_name(sort: str) -> str:
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise InvalidParameters(f"sort must be one of {', '.join(SORTS)}, with - for descending.", field="sort")
    return name


def _order(sort: str) -> list[sa.ColumnElement[Any]]:
    columns = (SORTS[_sort_name(sort)], artefacts.c.job_id, artefacts.c.name)
    return [column.desc() if sort.startswith("-") else column.asc() for column in columns]


def _behind(sort: str, place: Place) -> sa.ColumnElement[bool]:
    """What comes later in the order; the first condition alone lets every database find the place in its index."""
    column, (value, job_id, name) = SORTS[_sort_name(sort)], place
    bound = naive(value) if isinstance(value, datetime) else value
    job, own = artefacts.c.job_id, artefacts.c.name
    if sort.startswith("-"):
        return sa.and_(column <= bound, sa.or_(column < bound, job < job_id, sa.and_(job == job_id, own < name)))
    return sa.and_(column >= bound, sa.or_(column > bound, job > job_id, sa.and_(job == job_id, own > name)))
