"""What is the matter with each day of an index: missing, failed, stale, revised, verified."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from dart_batch.adapters.persistence.day_queries import SqlDayQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.day_views import survey_view
from dart_batch.application.job_types.corrections import Corrections
from dart_batch.application.use_cases.survey_days import Survey, SurveyDays
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.status import JobStatus
from fakes.market_data import append, series_frame
from fakes.poison import poison_the_engine
from index_desk import DAYS, QUARTER
from validation_desk import HISTORY, ValidationDesk

FIRST_HALF, SECOND_HALF = DateRange(DAYS[0], DAYS[31]), DateRange(DAYS[32], DAYS[-1])
BAD = DAYS[40]


@pytest.fixture
def desk(uow: Callable[[], SqlUnitOfWork], engine: sa.Engine) -> ValidationDesk:
    made = ValidationDesk.of(uow, engine)
    assert isinstance(made, ValidationDesk)
    return made


def surveyed(desk: ValidationDesk, index: str = "mini") -> Survey:
    facts = SqlDayQueries(desk.engine).facts("KOSPI", index)
    return SurveyDays(desk.uow, desk.data, desk.calendars)("KOSPI", index, facts)


def days(desk: ValidationDesk, state: str) -> list[date]:
    found = surveyed(desk)
    return [day for day, held in zip(found.sessions, found.states[state], strict=True) if held]


def told(desk: ValidationDesk) -> dict[str, Any]:
    return survey_view(surveyed(desk), SqlDayQueries(desk.engine).facts("KOSPI", "mini"))


def test_what_can_be_computed_and_is_not_published_is_missing(desk: ValidationDesk) -> None:
    desk.backfill(date_range=FIRST_HALF)

    assert days(desk, "missing") == DAYS[32:]
    assert sorted(days(desk, "published") + days(desk, "withheld")) == DAYS[:32]
    assert len(days(desk, "withheld")) == 4
    assert days(desk, "failed") == days(desk, "stale") == days(desk, "revised") == days(desk, "verified") == []


def test_an_index_nobody_knows_and_nothing_is_published_of_has_no_days(desk: ValidationDesk) -> None:
    assert surveyed(desk, "unheard-of").sessions == []


def test_sessions_of_a_job_that_failed_are_failed_until_a_job_computes_them(
    desk: ValidationDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.backfill(date_range=FIRST_HALF)
    with monkeypatch.context() as poisoned:
        poison_the_engine(poisoned, BAD)
        job = desk.backfill(date_range=SECOND_HALF, chunk_size=5)

    assert job.status is JobStatus.FAILED
    assert days(desk, "failed") == days(desk, "missing") == DAYS[32:]
    runs = told(desk)["failed"]
    assert {run["jobId"] for run in runs} == {job.id}
    assert len(runs) == 1
    assert sum(run["sessions"] for run in runs) == len(DAYS) - 32
    assert "torn row" in runs[0]["message"]

    desk.later()
    desk.backfill(date_range=SECOND_HALF)

    assert days(desk, "failed") == days(desk, "missing") == []


def test_a_session_that_was_left_out_is_failed_and_its_neighbours_are_not(
    desk: ValidationDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as poisoned:
        poison_the_engine(poisoned, BAD)
        job = desk.backfill(skip_limit=1)

    assert job.status is JobStatus.COMPLETED
    assert days(desk, "failed") == days(desk, "missing") == [BAD]


def test_corrected_inputs_make_the_sessions_stale_that_saw_them_until_they_are_computed_anew(
    desk: ValidationDesk,
) -> None:
    desk.backfill()
    append(desk.data, "KOSPI", series_frame([("alpha", DAYS[-2], 55.5)]))

    stale = days(desk, "stale")
    desk.later()
    desk.backfill(overwrite_existing=True)

    assert stale == DAYS[-2:]
    assert days(desk, "stale") == []


def test_what_is_stale_is_looked_for_again_only_when_data_or_index_have_moved(
    desk: ValidationDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.backfill()
    survey, facts = SurveyDays(desk.uow, desk.data, desk.calendars), SqlDayQueries(desk.engine).facts("KOSPI", "mini")
    asked: list[int] = []
    real = Corrections.plan
    monkeypatch.setattr(Corrections, "plan", lambda *given: asked.append(1) or real(*given))

    def stale() -> int:
        return int(survey("KOSPI", "mini", facts).states["stale"].sum())

    assert (stale(), len(asked)) == (0, 0)
    append(desk.data, "KOSPI", series_frame([("alpha", DAYS[-2], 55.5)]))
    assert (stale(), stale(), len(asked)) == (2, 2, 1)
    append(desk.data, "KOSPI", series_frame([("alpha", DAYS[-3], 44.5)]))
    assert (stale(), stale(), len(asked)) == (3, 3, 2)
    desk.later()
    desk.backfill(date_range=DateRange(DAYS[-1], DAYS[-1]), overwrite_existing=True)
    assert (stale(), stale(), len(asked)) == (2, 2, 3)


def test_a_session_that_has_shown_two_values_is_revised_also_after_a_rollback(desk: ValidationDesk) -> None:
    desk.backfill()
    before = dict(desk.live().select("date", "value").rows())
    staged = desk.recalculate(QUARTER)
    waiting = days(desk, "revised")

    desk.promote(staged)
    revised = days(desk, "revised")
    after = dict(desk.live().select("date", "value").rows())
    desk.roll_back(desk.publication())

    assert waiting == []
    assert revised == [day for day in DAYS if before[day] != after[day]]
    assert 0 < len(revised) < len(DAYS)
    assert days(desk, "revised") == revised


def test_publishing_the_same_values_again_revises_nothing(desk: ValidationDesk) -> None:
    desk.backfill()
    desk.later()
    desk.backfill(overwrite_existing=True)

    assert days(desk, "revised") == []


def test_a_passed_validation_of_all_readings_verifies_what_it_saw_and_nothing_later(desk: ValidationDesk) -> None:
    desk.backfill(date_range=FIRST_HALF)
    desk.validate()
    seen = days(desk, "verified")
    desk.later()
    desk.backfill(date_range=SECOND_HALF)
    beside = days(desk, "verified")

    desk.promote(desk.recalculate(QUARTER))

    assert seen == beside == DAYS[:32]
    assert days(desk, "verified") == []


def test_a_sample_or_a_validation_with_errors_verifies_nothing(desk: ValidationDesk) -> None:
    desk.backfill()
    desk.validate(sample=20)
    sampled = days(desk, "verified")
    with desk.engine.begin() as connection:
        wrong = sa.text(f"UPDATE {HISTORY} SET input_hash = 'x' WHERE session = :day")
        connection.execute(wrong, {"day": str(BAD)})
    desk.validate()

    assert sampled == days(desk, "verified") == []
