"""Three decades of the bundled US observations, backfilled, are right to the byte, and say what they lack."""

import threading
from collections.abc import Callable
from datetime import date

import pytest

from api_desk import settings
from dart_batch.application.job_types.validation.asking import Question, validation_parameters
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType, ValidationLevel
from dart_batch.domain.job.validation import Scope
from dart_batch.entrypoints.cli.bundled_data import ensure_bundled_data

SPAN = DateRange(date(2012, 1, 1), date(2019, 6, 30))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    made = build(settings(tmp_path_factory.mktemp("us")))
    ensure_bundled_data(made)
    run(made, Submission(JobType.HISTORICAL_BACKFILL, BatchJobParameters(SPAN, ("US",), "us", chunk_size=500)))
    return made


def run(app: App, wanted: Submission) -> BatchJob:
    job = app.submit(wanted)
    assert app.worker(alone=True).run_one(job.id, threading.Event()) == "completed"
    return app.queries.job(job.id)


@pytest.fixture
def validated(app: App) -> Callable[[Scope], dict[str, tuple[int, int]]]:
    def validated(scope: Scope) -> dict[str, tuple[int, int]]:
        question = Question(scope, market="US", level=ValidationLevel.COMPREHENSIVE)
        parameters = validation_parameters(app.validation, question, app.settings.job_limits, app.retry)
        job = run(app, Submission(JobType.DATA_VALIDATION, parameters))
        return {one["code"]: (one["checked"], one["objections"]) for one in job.verification or []}

    return validated


def test_every_reading_is_right_and_what_is_unusual_is_said(
    validated: Callable[[Scope], dict[str, tuple[int, int]]],
) -> None:
    found = validated(Scope.READINGS)

    assert found["recomputation"] == (1884, 0)
    assert found["lineage"] == (1884, 0)
    objecting = {code for code, (_, objections) in found.items() if objections}
    assert objecting == {"behind", "component-missing", "frozen"}


def test_series_that_stop_or_have_holes_are_named(validated: Callable[[Scope], dict[str, tuple[int, int]]]) -> None:
    found = validated(Scope.OBSERVATIONS)

    assert found["stale-source"][1] == 11
    assert found["observation-gaps"][1] == 202
    assert found["known-early"][1] == found["observation-range"][1] == found["unit-break"][1] == 0
