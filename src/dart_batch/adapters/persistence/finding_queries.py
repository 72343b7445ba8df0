"""Reads of what validations found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.finding_tables import findings, tallies

GroupBy = Literal["code", "market", "month"]
COLUMNS = {
    "code": pl.String,
    "severity": pl.String,
    "market": pl.String,
    "session": pl.Date,
    "subject": pl.String,
    "found": pl.String,
    "expected": pl.String,
    "reading_job_id": pl.String,
}


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """What a list of findings shows; empty and null leave nothing out."""

    codes: Sequence[str] = ()
    severities: Sequence[str] = ()
    market: str | None = None
    first: date | None = None
    last: date | None = None


class SqlFindingQueries:
    """Each call is one read transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def rows(
        self, job_id: str, wanted: FindingFilter, limit: int | None = None, offset: int = 0
    ) -> tuple[pl.DataFrame, int]:
        """A page of findings with COLUMNS, by market, session, code and subject; and how many match in all."""
        where = _where(job_id, wanted)
        order = (findings.c.market, findings.c.session, findings.c.code, findings.c.subject)
        query = sa.select(*(findings.c[name] for name in COLUMNS)).where(*where).order_by(*order)
        count = sa.select(sa.func.count()).select_from(findings).where(*where)
        with self._engine.connect() as connection:
            page = connection.execute(query.offset(offset).limit(limit) if limit is not None else query).all()
            total = connection.execute(count).scalar_one()
        return pl.DataFrame([tuple(row) for row in page], schema=COLUMNS, orient="row"), total

    def groups(self, job_id: str, wanted: FindingFilter, by: GroupBy) -> list[dict[str, Any]]:
        """key, severity, findings, first and last session of each group, by key; a month is YYYY-MM."""
        key = _KEYS[by].label("key")
        severity = findings.c.severity if by == "code" else sa.null()
        columns = (
            key,
            severity.label("severity"),
            sa.func.count().label("findings"),
            sa.func.min(findings.c.session).label("first"),
            sa.func.max(findings.c.session).label("last"),
        )
        grouped = (key, findings.c.severity) if by == "code" else (key,)
        query = sa.select(*columns).where(*_where(job_id, wanted)).group_by(*grouped).order_by(key)
        with self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def kept(self, job_id: str) -> dict[str, int]:
        """How many findings of each check are kept, by code."""
        query = sa.select(tallies.c.code, sa.func.sum(tallies.c.kept)).where(tallies.c.job_id == job_id)
        with self._engine.connect() as connection:
            return {code: int(count) for code, count in connection.execute(query.group_by(tallies.c.code))}


_KEYS: dict[str, sa.ColumnElement[str]] = {
    "code": findings.c.code,
    "market": findings.c.market,
    "month": sa.func.substr(sa.cast(findings.c.session, sa.String(10)), 1, 7),
}


def _where(job_id: str, wanted: FindingFilter) -> list[sa.ColumnElement[bool]]:
    found = [findings.c.job_id == job_id]
    if wanted.codes:
        found.append(findings.c.code.in_(list(wanted.codes)))
    if wanted.severities:
        found.append(findings.c.severity.in_(list(wanted.severities)))
    if wanted.market:
        found.append(findings.c.market == wanted.market)
    if wanted.first:
        found.append(findings.c.session >= wanted.first)
    if wanted.last:
        found.append(findings.c.session <= wanted.last)
    return found
