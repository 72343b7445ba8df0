"""Sessions a job left out, over HTTP."""

from datetime import date

import pytest

from api_desk import Api
from dart_batch.entrypoints.api.job_wire import SkippedSessionList
from fakes.poison import poison_the_engine


def test_what_a_job_left_out_is_listed_with_its_cause(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    poison_the_engine(monkeypatch, date(2020, 2, 5))
    job = api.published(skipLimit=2)

    answer = api.client().get(f"/api/batch/jobs/{job['jobId']}/skips")

    (skip,) = SkippedSessionList.model_validate(answer.json()).items
    assert (skip.market, skip.session, skip.code, skip.attempt) == ("KOSPI", date(2020, 2, 5), "unexpected", 1)
    assert "torn row" in skip.message
    after = api.client().get(f"/api/batch/jobs/{job['jobId']}").json()
    assert (after["reason"], after["progress"]["failedItems"]) == ("completed with 1 session skipped", 1)


def test_a_job_that_left_nothing_out_has_an_empty_list(api: Api) -> None:
    job = api.published()

    assert api.client().get(f"/api/batch/jobs/{job['jobId']}/skips").json() == {"items": []}


def test_a_job_that_does_not_exist_left_nothing_out_either(api: Api) -> None:
    assert api.client().get("/api/batch/jobs/none/skips").status_code == 404
