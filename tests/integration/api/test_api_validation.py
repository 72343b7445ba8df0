"""Validations and findings over HTTP."""

from io import BytesIO
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from api_desk import SPAN, Api
from dart_batch.domain.access.role import Role
from dart_batch.engine.validation.catalogue import CODES
from dart_batch.entrypoints.api.finding_wire import FindingPage, KnownChecks
from dart_batch.entrypoints.api.job_wire import Job, Plan

DAY = "2020-03-19"
URL = "/api/batch/data-validation"


def wish(**changes: Any) -> dict[str, Any]:
    return {"index": "mini", "market": "KOSPI", "chunkSize": 20, "validationLevel": "COMPREHENSIVE"} | changes


@pytest.fixture
def live(api: Api) -> Api:
    api.published()
    return api


@pytest.fixture
def damaged(live: Api) -> Api:
    with live.core.engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE fear_greed_batch_history SET level = 'ODD', input_hash = 'x' WHERE session = :day"),
            {"day": DAY},
        )
    return live


def validated(api: Api, **changes: Any) -> Job:
    answer = api.client().post(URL, json=wish(**changes))
    assert answer.status_code == 201, answer.text
    job_id = answer.json()["jobId"]
    assert answer.headers["Location"] == f"/api/batch/jobs/{job_id}"
    assert api.run(job_id) == "completed"
    return Job.model_validate(api.client().get(f"/api/batch/jobs/{job_id}").json())


def findings(api: Api, job: Job, **query: Any) -> FindingPage:
    answer = api.client(Role.VIEWER).get(f"/api/batch/jobs/{job.job_id}/findings", params=query)
    assert answer.status_code == 200, answer.text
    return FindingPage.model_validate(answer.json())


def test_a_dry_run_answers_the_plan_and_changes_nothing(live: Api) -> None:
    before = live.core.queries.states()

    answer = live.client().post(URL, json=wish(), params={"dryRun": "true"})

    plan = Plan.model_validate(answer.json())
    assert (answer.status_code, plan.total_items, plan.counts) == (200, 62, {"examined": 62})
    assert live.core.queries.states() == before


def test_a_clean_index_passes(live: Api) -> None:
    job = validated(live)

    assert (job.status, job.verdict) == ("COMPLETED", "passed")
    assert findings(live, job).total == 0


def test_a_validation_that_finds_errors_is_completed_and_its_verdict_is_failed(damaged: Api) -> None:
    job = validated(damaged)

    page = findings(damaged, job)
    assert (job.status, job.verdict) == ("COMPLETED", "failed")
    assert [(one.code, str(one.session)) for one in page.items if one.code != "publication"] == [
        (code, DAY) for code in ("input-hash", "level", "lineage", "recomputation")
    ]
    assert {one.reading_job_id for one in page.items if one.code == "level"} == {live_job(damaged)}
    failed = {check.code: (check.objections, check.kept) for check in page.checks if not check.passed}
    assert failed["level"] == (1, 1)


def live_job(api: Api) -> str:
    return str(api.core.index.reading("KOSPI", "mini", pl.Series([DAY]).str.to_date()[0])["job_id"])


def test_findings_are_filtered_grouped_and_paged(damaged: Api) -> None:
    job = validated(damaged)

    assert findings(damaged, job, code="level,lineage").total == 2
    assert findings(damaged, job, severity="warning,info").total == 0
    assert findings(damaged, job, startDate="2020-03-20").total == 0
    assert findings(damaged, job, startDate=DAY, endDate=DAY, market="kospi").total == 4
    months = findings(damaged, job, groupBy="month", code="level,lineage")
    assert [(one.key, one.findings, one.severity) for one in months.groups] == [("2020-03", 2, None)]
    assert months.items == []
    codes = findings(damaged, job, groupBy="code", code="level")
    assert [(one.key, one.severity) for one in codes.groups] == [("level", "error")]
    page = findings(damaged, job, limit=1, offset=1)
    assert (len(page.items), page.total) == (1, 5)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_findings_are_exported_as_they_are_filtered(damaged: Api, kind: str) -> None:
    job = validated(damaged)

    answer = damaged.client().get(f"/api/batch/jobs/{job.job_id}/findings", params={"format": kind, "code": "level"})

    read = {"csv": pl.read_csv, "parquet": pl.read_parquet}[kind]
    assert read(BytesIO(answer.content)).select("code", "found").rows() == [("level", "ODD")]


def test_a_generation_is_validated_by_its_job(damaged: Api) -> None:
    job = validated(damaged, scope="GENERATION", jobId=live_job(damaged), index=None, market=None)

    assert job.parameters.job_id == live_job(damaged)
    assert {one.code for one in findings(damaged, job).items} == {"input-hash", "level", "lineage", "recomputation"}


def test_observations_are_validated_without_an_index(api: Api) -> None:
    job = validated(api, scope="OBSERVATIONS", index=None)

    assert (job.verdict, findings(api, job).total) == ("passed", 0)


def test_the_general_route_takes_a_validation(live: Api) -> None:
    answer = live.client().post("/api/batch/jobs", json={"type": "DATA_VALIDATION", "parameters": wish()})

    assert answer.status_code == 201, answer.text
    assert answer.json()["parameters"]["scope"] == "READINGS"


@pytest.mark.parametrize(
    ("changes", "status", "text"),
    [
        ({"scope": "GENERATION"}, 422, "jobId"),
        ({"jobId": "x"}, 422, "jobId"),
        ({"scope": "GENERATION", "jobId": "nobody"}, 404, "nobody"),
        ({"market": "MARS"}, 422, "market"),
        ({"market": "KOSDAQ"}, 404, "KOSDAQ"),
        ({"strategy": "STREAM"}, 422, "strategy"),
        ({"sample": -1}, 422, "sample"),
        ({"dateRange": SPAN | {"endDate": "2019-01-01"}}, 422, "dateRange"),
        ({"unknown": 1}, 422, "unknown"),
    ],
)
def test_what_cannot_be_validated_is_refused_and_changes_nothing(
    live: Api, changes: dict[str, Any], status: int, text: str
) -> None:
    before = live.core.queries.states()

    answer = live.client().post(URL, json=wish(**changes))

    assert (answer.status_code, text in answer.text) == (status, True), answer.text
    assert live.core.queries.states() == before


def test_a_viewer_may_look_and_not_submit(live: Api) -> None:
    assert live.client(Role.VIEWER).post(URL, json=wish()).status_code == 403
    known = KnownChecks.model_validate(live.client(Role.VIEWER).get("/api/batch/checks").json())
    assert [one.code for one in known.items] == list(CODES)
