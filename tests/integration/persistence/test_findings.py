"""Findings are kept up to a bound, counted beyond it, and go with what found them."""

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest
import sqlalchemy as sa

from builders import job, plan
from dart_batch.adapters.persistence.finding_queries import FindingFilter, SqlFindingQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.ports.findings import MOST_KEPT
from dart_batch.domain.job.chunk import Chunk
from dart_batch.engine.validation.check import FINDINGS, TALLY

FIRST = date(1990, 1, 1)


def chunk(number: int) -> Chunk:
    return Chunk(number, "KOSPI", FIRST + timedelta(days=10_000 * number), FIRST + timedelta(days=10_000 * number), 1)


def found(number: int, count: int, code: str = "level") -> tuple[Chunk, pl.DataFrame, pl.DataFrame]:
    days = [chunk(number).first_session + timedelta(days=offset) for offset in range(count)]
    rows = {"code": [code] * count, "session": days, "subject": [""] * count}
    frame = pl.DataFrame(rows | {"found": [None] * count, "expected": [None] * count}, schema=FINDINGS)
    frame = frame.with_columns(severity=pl.lit("error"), reading_job_id=pl.lit(None, dtype=pl.String))
    return chunk(number), frame, pl.DataFrame([(code, count + 5, count)], schema=TALLY, orient="row")


@pytest.fixture
def store(uow: Callable[[], SqlUnitOfWork]) -> Callable[[int, int], None]:
    def store(number: int, count: int) -> None:
        with uow() as work:
            work.findings.add("job-1", *found(number, count))
            work.commit("test")

    return store


def test_a_check_that_objects_too_often_keeps_its_counts_and_the_first_findings(
    uow: Callable[[], SqlUnitOfWork], engine: sa.Engine, store: Callable[[int, int], None]
) -> None:
    store(1, MOST_KEPT - 2)
    store(2, 10)
    store(3, 10)

    with uow() as work:
        [result] = work.findings.results("job-1")
    assert (result.checked, result.objections) == (MOST_KEPT + 33, MOST_KEPT + 18)
    assert SqlFindingQueries(engine).kept("job-1") == {"level": MOST_KEPT}
    rows, total = SqlFindingQueries(engine).rows("job-1", FindingFilter(first=chunk(2).first_session))
    assert (rows["session"].to_list(), total) == ([chunk(2).first_session + timedelta(days=day) for day in (0, 1)], 2)


def test_the_results_of_a_validation_never_keep_its_job_from_completing(
    uow: Callable[[], SqlUnitOfWork], store: Callable[[int, int], None]
) -> None:
    store(1, 3)

    with uow() as work:
        [result] = work.findings.results("job-1")

    assert (result.passed, result.blocks) == (False, False)
    assert result.examples == ("2017-05-19", "2017-05-20", "2017-05-21")


def test_what_is_taken_back_takes_its_findings_along(
    uow: Callable[[], SqlUnitOfWork], engine: sa.Engine, store: Callable[[int, int], None]
) -> None:
    with uow() as work:
        work.jobs.add(job(plan=plan()))
        work.ledger.add({"job-1": plan().chunks})
        work.commit("test")
    store(1, 3)

    with uow() as work:
        work.ledger.wipe("job-1")
        work.commit("test")

    assert SqlFindingQueries(engine).rows("job-1", FindingFilter())[1] == 0
    assert SqlFindingQueries(engine).kept("job-1") == {}
