"""The live index: pointers that move in one transaction."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from builders import NOW, job, readings
from dart_batch.adapters.persistence.index_queries import ReadingNotFound, SqlIndexQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.ports.unit_of_work import Publication
from dart_batch.domain.job.status import JobStatus
from dart_batch.engine.definition_file import shipped

KOSPI = shipped()["kospi"]
FIRST = date(2020, 1, 1)
Uow = Callable[[], SqlUnitOfWork]


def generation(uow: Uow, job_id: str, value: float | None, count: int = 3, first: date = FIRST) -> None:
    with uow() as work:
        work.jobs.add(job(JobStatus.PENDING, job_id))
        work.generations.append(job_id, "KOSPI", KOSPI, readings(first, count, value), NOW)
        work.commit("test")


def publish(uow: Uow, job_id: str, first: date = FIRST, count: int = 3) -> None:
    with uow() as work:
        work.publications.publish(publication(job_id, first, count))
        work.commit("test")


def publication(job_id: str, first: date = FIRST, count: int = 3) -> Publication:
    runs = ((first, first + timedelta(days=count - 1)),)
    return Publication(f"pub-{job_id}", "KOSPI", "kospi", job_id, NOW, "ann", "0" * 64, count, runs)


def values(engine: sa.Engine) -> list[float | None]:
    return SqlIndexQueries(engine).readings("KOSPI", "kospi", components=False)["value"].to_list()


def test_what_is_written_is_invisible_until_it_is_published(uow: Uow, engine: sa.Engine) -> None:
    generation(uow, "a", 10.0)
    before = values(engine)

    publish(uow, "a")

    assert (before, values(engine)) == ([], [10.0, 10.0, 10.0])


def test_a_newer_generation_takes_over_exactly_its_sessions(uow: Uow, engine: sa.Engine) -> None:
    generation(uow, "a", 10.0, count=3)
    generation(uow, "b", 20.0, count=2)
    publish(uow, "a")

    publish(uow, "b", count=2)

    assert values(engine) == [20.0, 20.0, 10.0]


def test_a_generation_with_gaps_leaves_the_sessions_between_alone(uow: Uow, engine: sa.Engine) -> None:
    generation(uow, "a", 10.0, count=5)
    publish(uow, "a", count=5)
    generation(uow, "b", 20.0, count=5)
    runs = ((FIRST, FIRST), (date(2020, 1, 4), date(2020, 1, 4)))

    with uow() as work:
        work.publications.publish(replace(publication("b"), runs=runs))
        work.commit("test")

    assert values(engine) == [20.0, 10.0, 10.0, 20.0, 10.0]


def test_publishing_touches_only_the_segments_it_covers(uow: Uow, engine: sa.Engine) -> None:
    for number, job_id in enumerate("abcd"):
        day = date(2020, 1, 1) + timedelta(days=number)
        generation(uow, job_id, 10.0 * number, count=1, first=day)
        publish(uow, job_id, day, 1)
    generation(uow, "e", 99.0, count=2, first=date(2020, 1, 2))

    publish(uow, "e", date(2020, 1, 2), 2)

    assert values(engine) == [0.0, 99.0, 99.0, 30.0]


def test_a_publication_that_is_not_committed_was_never_seen(uow: Uow, engine: sa.Engine) -> None:
    generation(uow, "a", 10.0)

    with uow() as work:
        work.publications.publish(publication("a"))

    assert values(engine) == []


def test_what_was_published_stays_on_record_after_it_is_replaced(uow: Uow, engine: sa.Engine) -> None:
    generation(uow, "a", 10.0)
    generation(uow, "b", 20.0)
    publish(uow, "a")
    publish(uow, "b")

    with engine.connect() as connection:
        spans = connection.exec_driver_sql("SELECT publication_id, job_id FROM index_publication_spans ORDER BY 1")
        assert [tuple(row) for row in spans] == [("pub-a", "a"), ("pub-b", "b")]


def test_live_sessions_say_which_job_revision_and_definition_they_show(uow: Uow) -> None:
    generation(uow, "a", None, count=1)
    publish(uow, "a", count=1)

    with uow() as work:
        live = work.publications.live("KOSPI", "kospi", FIRST, FIRST)

    assert live.rows() == [(FIRST, True, "a", KOSPI.content_hash, 1)]


def test_a_stored_generation_comes_back_bit_for_bit(uow: Uow) -> None:
    given = readings(FIRST, 3, 100 / 3)
    with uow() as work:
        work.generations.append("a", "KOSPI", KOSPI, given, NOW)
        work.commit("test")

    with uow() as work:
        assert work.generations.stored("a", "KOSPI").frame.equals(given)


def test_the_latest_reading_is_the_newest_one_that_has_a_value(uow: Uow, engine: sa.Engine) -> None:
    generation(uow, "a", 10.0, count=2)
    generation(uow, "w", None, count=1, first=date(2020, 1, 3))
    publish(uow, "a", count=2)
    publish(uow, "w", date(2020, 1, 3), 1)

    latest = SqlIndexQueries(engine).latest("KOSPI", "kospi")

    assert latest == {"date": date(2020, 1, 2), "value": 10.0, "level": "NEUTRAL", "coverage": 1.0}


def test_nothing_published_is_said_and_not_shown_as_a_value(engine: sa.Engine) -> None:
    assert SqlIndexQueries(engine).latest("KOSPI", "kospi") is None
    with pytest.raises(ReadingNotFound):
        SqlIndexQueries(engine).reading("KOSPI", "kospi", FIRST)
