"""Reads of what is recorded about the days of an index: failures, revisions and validations."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from dart_batch.adapters.persistence.finding_tables import tallies
from dart_batch.adapters.persistence.moments import certain, naive
from dart_batch.adapters.persistence.tables import (
    chunks,
    history,
    jobs,
    publication_spans,
    publications,
    skips,
    targets,
)
from dart_batch.application.day_facts import DayFacts, Failure, Try
from dart_batch.domain.index.publication import Run, Segment
from dart_batch.domain.job.validation import ALL

NEWEST_VALIDATIONS = 20
_ENDED = sa.func.coalesce(jobs.c.finished_at, jobs.c.updated_at)


class SqlDayQueries:
    """Each call is one read transaction."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def facts(self, market: str, definition: str) -> DayFacts:
        """Everything that is recorded about the days of an index."""
        with self._engine.connect() as connection:
            failures = _failures(connection, market, definition)
            since = min((one.at for one in failures), default=None)
            return DayFacts(
                failures=failures,
                successes=() if since is None else _successes(connection, market, definition, since),
                revised=_revised(connection, market, definition),
                validated=_validated(connection, market, definition),
            )


def _failures(connection: sa.Connection, market: str, definition: str) -> tuple[Failure, ...]:
    """What jobs that failed were to write, with the error of the chunk where it has one; and what others left out."""
    chunk = sa.and_(chunks.c.job_id == targets.c.job_id, chunks.c.market == targets.c.market)
    failed = (
        sa.select(
            chunks.c.first_session,
            chunks.c.last_session,
            _ENDED,
            jobs.c.id,
            sa.func.coalesce(chunks.c.error_code, jobs.c.failure_code, ""),
            sa.func.coalesce(chunks.c.error_message, jobs.c.failure_message, ""),
        )
        .select_from(jobs.join(targets, targets.c.job_id == jobs.c.id).join(chunks, chunk))
        .where(jobs.c.status == "FAILED")
    )
    same = sa.and_(targets.c.job_id == skips.c.job_id, targets.c.market == skips.c.market)
    left_out = sa.select(
        skips.c.session, skips.c.session, _ENDED, jobs.c.id, skips.c.error_code, skips.c.error_message
    ).select_from(skips.join(targets, same).join(jobs, jobs.c.id == skips.c.job_id))
    mine = (targets.c.market == market, targets.c.definition == definition)
    rows = [row for query in (failed, left_out) for row in connection.execute(query.where(*mine))]
    return tuple(Failure(first, last, certain(ended), *rest) for first, last, ended, *rest in rows)


def _successes(connection: sa.Connection, market: str, definition: str, since: datetime) -> tuple[Try, ...]:
    query = (
        sa.select(chunks.c.first_session, chunks.c.last_session, chunks.c.finished_at)
        .select_from(
            jobs.join(targets, targets.c.job_id == jobs.c.id).join(
                chunks, sa.and_(chunks.c.job_id == jobs.c.id, chunks.c.market == targets.c.market)
            )
        )
        .where(
            jobs.c.finished_at >= naive(since),
            jobs.c.status == "COMPLETED",
            targets.c.market == market,
            targets.c.definition == definition,
            chunks.c.status == "DONE",
        )
    )
    return tuple(Try(first, last, certain(ended)) for first, last, ended in connection.execute(query))


def _revised(connection: sa.Connection, market: str, definition: str) -> tuple[date, ...]:
    """Sessions whose publications, standing or taken back, showed more than one value; withheld is one."""
    joined = publications.join(publication_spans, publication_spans.c.publication_id == publications.c.id)
    mine = (publications.c.market == market, publications.c.definition == definition)
    spans = sa.select(publication_spans.c.first_session, publication_spans.c.last_session).select_from(joined)
    twice = _twice([(first, last) for first, last in connection.execute(spans.where(*mine))])
    if twice is None:
        return ()
    row = sa.and_(
        history.c.job_id == publication_spans.c.job_id,
        history.c.market == market,
        history.c.session.between(publication_spans.c.first_session, publication_spans.c.last_session),
        history.c.session.between(*twice),
    )
    withheld = sa.func.max(sa.case((history.c.value.is_(None), 1), else_=0))
    query = (
        sa.select(history.c.session)
        .select_from(joined.join(history, row))
        .where(*mine, publication_spans.c.last_session >= twice[0], publication_spans.c.first_session <= twice[1])
        .group_by(history.c.session)
        .having(sa.func.count(sa.distinct(history.c.value)) + withheld > 1)
    )
    return tuple(connection.execute(query).scalars())


def _twice(spans: Sequence[Run]) -> Run | None:
    """From the first to the last day that two spans share; null when none do."""
    ordered = sorted(spans)
    shared = []
    end = ordered[0][1] if ordered else None
    for _, (first, last) in pairwise(ordered):
        if end is not None and first <= end:
            shared.append((first, min(last, end)))
        end = last if end is None else max(end, last)
    return (min(first for first, _ in shared), max(last for _, last in shared)) if shared else None


def _validated(connection: sa.Connection, market: str, definition: str) -> tuple[tuple[Segment, ...], ...]:
    again = sa.select(tallies.c.job_id).where(tallies.c.code == "recomputation", tallies.c.checked > 0).distinct()
    query = (
        sa.select(jobs.c.parameters, jobs.c.plan, jobs.c.verification)
        .where(jobs.c.id.in_(again), jobs.c.status == "COMPLETED")
        .order_by(jobs.c.finished_at.desc())
        .limit(NEWEST_VALIDATIONS)
    )
    rows = [tuple(map(json.loads, row)) for row in connection.execute(query)]
    return tuple(
        tuple(Segment(date.fromisoformat(first), date.fromisoformat(last), *ids) for first, last, *ids in shown)
        for parameters, plan, checks in rows
        if parameters["sample"] == ALL and plan["index"] == definition and _passed(checks)
        if (shown := plan["bases"].get(market))
    )


def _passed(checks: list[dict[str, Any]]) -> bool:
    return all(check["passed"] or check["severity"] != "error" for check in checks)
