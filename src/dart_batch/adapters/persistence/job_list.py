"""Lists of jobs: what matches, in which order, and from where on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.tables import jobs
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import InvalidParameters

SORTS = {"createdAt": jobs.c.created_at, "finishedAt": jobs.c.finished_at, "priority": jobs.c.priority}
SORT_VALUES = {"createdAt": datetime, "finishedAt": datetime | None, "priority": int}
Place = tuple[datetime | int | None, str]


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs, in which order. `text` is searched in description, tags, parameters, failure and id; `tags` must all
    be there; created in [created_from, created_before).

    `after` is the place of the last job of the page before: the list goes on behind it. `newest` leaves out jobs with a
    later id, so that the pages of a list do not shift while jobs are submitted.
    """

    status: Sequence[str] = ()
    type: str | None = None
    market: str | None = None
    priority: Sequence[int] = ()
    owner: str | None = None
    tags: Sequence[str] = ()
    created_from: datetime | None = None
    created_before: datetime | None = None
    text: str | None = None
    ids: Sequence[str] = ()
    sort: str = "-createdAt"
    limit: int = 50
    offset: int = 0
    after: Place | None = None
    newest: str | None = None

    def place(self, job: BatchJob) -> Place:
        """Where the job stands in the order: what it is sorted by, and its id. Raises InvalidParameters."""
        values = {"createdAt": job.created_at, "finishedAt": job.finished_at, "priority": int(job.priority)}
        return values[_sort_name(self.sort)], job.id


def page_of(wanted: JobFilter) -> sa.Select[Any]:
    """The rows of one page. Raises InvalidParameters for an unknown sort."""
    query = sa.select(jobs).where(*matching(wanted)).order_by(*_order(wanted.sort)).limit(wanted.limit)
    return query.offset(wanted.offset) if wanted.after is None else query.where(_behind(wanted.sort, wanted.after))


def ids_of(wanted: JobFilter) -> sa.Select[Any]:
    """The ids of one page. Raises InvalidParameters for an unknown sort."""
    return sa.select(jobs.c.id).where(*matching(wanted)).order_by(*_order(wanted.sort)).limit(wanted.limit)


def count_of(wanted: JobFilter) -> sa.Select[Any]:
    """How many jobs match on all pages."""
    return sa.select(sa.func.count()).select_from(jobs).where(*matching(wanted))


def matching(wanted: JobFilter) -> list[sa.ColumnElement[bool]]:
    """Conditions of the filter, without place and order."""
    columns = {"type": jobs.c.type, "owner": jobs.c.owner}
    found = [column == getattr(wanted, name) for name, column in columns.items() if getattr(wanted, name)]
    several = {"status": jobs.c.status, "priority": jobs.c.priority, "ids": jobs.c.id}
    found += [column.in_(list(getattr(wanted, name))) for name, column in several.items() if getattr(wanted, name)]
    if wanted.market:
        found.append(("," + jobs.c.markets + ",").contains(f",{wanted.market},", autoescape=True))
    if wanted.created_from:
        found.append(jobs.c.created_at >= naive(wanted.created_from))
    if wanted.created_before:
        found.append(jobs.c.created_at < naive(wanted.created_before))
    if wanted.newest:
        found.append(jobs.c.id <= wanted.newest)
    found += [_tagged(tag) for tag in wanted.tags]
    return [*found, *([_holding(wanted.text)] if wanted.text else [])]


def _tagged(tag: str) -> sa.ColumnElement[bool]:
    """A tag stands in the stored list either first or behind a comma; quotes inside of texts are always escaped."""
    text = json.dumps(tag, ensure_ascii=False)
    first, later = (_pattern(f'"tags": [{text}'), _pattern('"tags": [') + "%" + _pattern(f", {text}"))
    return sa.or_(*(jobs.c.metadata.like(f"%{pattern}%", escape="/") for pattern in (first, later)))


def _pattern(text: str) -> str:
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _holding(text: str) -> sa.ColumnElement[bool]:
    columns = (jobs.c.metadata, jobs.c.parameters, jobs.c.failure_message, jobs.c.id)
    return sa.or_(*(column.contains(text, autoescape=True) for column in columns))


def _sort_name(sort: str) -> str:
    name = sort.removeprefix("-")
    if name not in SORTS:
        raise InvalidParameters(f"sort must be one of {', '.join(SORTS)}, with - for descending.", field="sort")
    return name


def _order(sort: str) -> list[sa.ColumnElement[Any]]:
    column = SORTS[_sort_name(sort)]
    return [column.desc(), jobs.c.id.desc()] if sort.startswith("-") else [column.asc(), jobs.c.id.asc()]


def _behind(sort: str, place: Place) -> sa.ColumnElement[bool]:
    """What comes later in the order. A null (a job that has not finished) is smaller than every moment.

    The first condition repeats the second without the id, because only so every database finds the place in its index.
    """
    column, (value, job_id) = SORTS[_sort_name(sort)], place
    bound = naive(value) if isinstance(value, datetime) else value
    if bound is None:
        same = sa.and_(column.is_(None), jobs.c.id < job_id)
        return same if sort.startswith("-") else sa.or_(column.is_not(None), _same_null(column, job_id))
    if sort.startswith("-"):
        later = sa.and_(column <= bound, sa.or_(column < bound, jobs.c.id < job_id))
        return later if not column.nullable else sa.or_(later, column.is_(None))
    return sa.and_(column >= bound, sa.or_(column > bound, jobs.c.id > job_id))


def _same_null(column: sa.ColumnElement[Any], job_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(column.is_(None), jobs.c.id > job_id)
