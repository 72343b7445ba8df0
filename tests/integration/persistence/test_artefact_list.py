"""Which files a list shows, in which order, page by page."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from builders import NOW
from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.artefact_list import ArtefactFilter, SqlArtefactList, page_of
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.domain.job.artefact import Artefact
from dart_batch.domain.job.errors import InvalidParameters

ABOUT = [("KOSPI", "kospi", "2020-01", "ko"), ("US", "us", "2020-Q1", "en"), ("US", "us-2", "2019", "ko")]
Sorts = pytest.mark.parametrize("sort", ["createdAt", "-createdAt", "size", "-size", "period", "-period"])


@pytest.fixture
def files(engine: sa.Engine, uow: Callable[[], SqlUnitOfWork]) -> Iterator[SqlArtefactList]:
    with uow() as work:
        for number in range(12):
            job_id, made = f"job-{number // 4}", NOW + timedelta(minutes=number // 3)
            kind = ("PDF", "XLSX")[number % 2]
            file = Artefact(
                job_id, number, f"{number % 4}-{kind}_", kind, number % 5, "0" * 64, made, *ABOUT[number % 3]
            )
            work.artefacts.replace(job_id, number, [file])
        work.commit("test")
    yield SqlArtefactList(engine)


def names(found: Sequence[Artefact]) -> list[tuple[str, str]]:
    return [(one.job_id, one.name) for one in found]


@Sorts
@pytest.mark.parametrize("size", [1, 5])
def test_pages_put_together_are_the_whole_list_whatever_it_is_sorted_by(
    files: SqlArtefactList, sort: str, size: int
) -> None:
    wanted = ArtefactFilter(sort=sort, limit=size)
    whole = files.page(replace(wanted, limit=50))

    paged = page = files.page(wanted)
    while page:
        page = files.page(replace(wanted, after=wanted.place(page[-1])))
        paged = [*paged, *page]

    assert names(paged) == names(whole)
    values = [wanted.place(one) for one in whole]
    assert values == sorted(values, reverse=sort.startswith("-"))
    assert len(set(names(whole))) == 12


@pytest.mark.parametrize(
    ("narrowed", "count"),
    [
        ({"market": "US"}, 8),
        ({"definition": "us"}, 4),
        ({"language": "ko", "market": "US"}, 4),
        ({"format": ["PDF"]}, 6),
        ({"format": ["PDF", "XLSX"]}, 12),
        ({"job_id": "job-1"}, 4),
        ({"text": "3-"}, 3),
        ({"text": "F_"}, 6),
        ({"text": "%"}, 0),
        ({"created_from": NOW + timedelta(minutes=1), "created_before": NOW + timedelta(minutes=2)}, 3),
        ({"market": "KOSPI", "definition": "us"}, 0),
    ],
)
def test_a_filter_narrows_the_page_and_the_sum_alike(
    files: SqlArtefactList, narrowed: dict[str, Any], count: int
) -> None:
    wanted = ArtefactFilter(**narrowed)

    found = files.page(wanted)

    assert (len(found), files.sum(wanted)) == (count, (count, sum(one.size for one in found)))


def test_an_order_that_does_not_exist_is_refused(files: SqlArtefactList) -> None:
    with pytest.raises(InvalidParameters, match="createdAt, size, period"):
        files.page(ArtefactFilter(sort="-colour"))


@pytest.mark.sqlite_only
@Sorts
def test_a_far_page_is_found_in_an_index_and_not_by_passing_over_what_lies_before(engine: sa.Engine, sort: str) -> None:
    value = {"createdAt": NOW, "size": 7, "period": "2020"}[sort.removeprefix("-")]
    query = page_of(ArtefactFilter(sort=sort, after=(value, "job-1", "a.pdf")))
    text = str(query.compile(engine, compile_kwargs={"literal_binds": True}))

    with engine.connect() as connection:
        steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]

    assert len(steps) == 1
    assert steps[0].startswith("SEARCH batch_artefacts USING INDEX ix_batch_artefacts_")


@pytest.mark.sqlite_only
def test_an_upgrade_tells_what_the_files_are_about_that_are_there_already(engine: sa.Engine) -> None:
    _to(engine, "0009", command.downgrade)
    wanted = {"definitions": ["mini", "mini-us", "us"], "language": "en"}
    _earlier(
        engine, "01a", {1: "KOSPI", 2: "US"}, wanted, {"1-KOSPI-mini-2020-01-en.pdf": 1, "2-US-mini-us-2020-en.csv": 2}
    )
    _earlier(engine, "01b", {1: "US"}, {"definitions": ["us"], "language": "ko"}, {"unlike.pdf": 1})

    _to(engine, "head", command.upgrade)

    found = {one.name: (one.market, one.definition, one.period, one.language) for one in _all(engine)}
    assert found == {
        "1-KOSPI-mini-2020-01-en.pdf": ("KOSPI", "mini", "2020-01", "en"),
        "2-US-mini-us-2020-en.csv": ("US", "mini-us", "2020", "en"),
        "unlike.pdf": ("US", "", "", "ko"),
    }


def _all(engine: sa.Engine) -> list[Artefact]:
    return SqlArtefactList(engine).page(ArtefactFilter())


def _to(engine: sa.Engine, revision: str, go: Callable[[Config, str], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(schema._MIGRATIONS))
    with session.writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        go(config, revision)


def _earlier(engine: sa.Engine, job: str, markets: dict[int, str], wanted: Any, files: dict[str, int]) -> None:
    tables = sa.MetaData()
    tables.reflect(engine, only=["batch_jobs", "batch_chunks", "batch_artefacts"])
    with session.writing(engine).begin() as connection:
        _put(connection, tables.tables["batch_jobs"], id=job, parameters=json.dumps(wanted), status="PENDING")
        for number, market in markets.items():
            _put(connection, tables.tables["batch_chunks"], job_id=job, number=number, market=market, status="PENDING")
        for name, chunk in files.items():
            _put(connection, tables.tables["batch_artefacts"], job_id=job, name=name, chunk=chunk)


def _put(connection: sa.Connection, table: sa.Table, **given: Any) -> None:
    blank = {int: 0, str: ""}
    filled = {
        column.name: blank.get(column.type.python_type, NOW.replace(tzinfo=None))
        for column in table.columns
        if not column.nullable
    }
    connection.execute(table.insert().values(filled | given))
