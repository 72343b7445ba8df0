"""POST /api/batch/jobs/bulk: one verb for many jobs."""

from typing import Any

import pytest

from api_desk import Api
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api import bulk_verbs
from dart_batch.entrypoints.api.bulk_verbs import BulkAnswers

PATH = "/api/batch/jobs/bulk"


def answer_of(api: Api, role: Role = Role.ADMIN, **body: Any) -> BulkAnswers:
    answer = api.client(role).post(PATH, json=body)
    assert answer.status_code == 200, answer.text
    return BulkAnswers.model_validate(answer.json())


def states(api: Api) -> dict[str, str]:
    return {job["jobId"]: job["status"] for job in api.client().get("/api/batch/jobs").json()["items"]}


@pytest.fixture
def three(api: Api) -> list[str]:
    """Two jobs that are queued, and one that waits for a start."""
    made = [
        api.submitted(chunkSize=10 + number, start=number != 2, metadata={"tags": ["storm"] if number else []})
        for number in range(3)
    ]
    return [job["jobId"] for job in made]


def test_each_job_is_done_or_says_why_not(api: Api, three: list[str]) -> None:
    found = answer_of(api, verb="pause", ids=[*three, "nobody"])

    assert [(item.done, item.code) for item in found.items] == [
        (True, None),
        (True, None),
        (False, "verb-refused"),
        (False, "job-not-found"),
    ]
    assert (found.done, found.refused) == (2, 2)
    assert list(states(api).values()) == ["PENDING", "PAUSED", "PAUSED"]


def test_a_filter_means_all_jobs_that_match(api: Api, three: list[str]) -> None:
    found = answer_of(api, verb="cancel", filter={"tag": ["storm"], "status": ["PENDING", "QUEUED"]}, mode="rollback")

    assert [item.job_id for item in found.items] == [three[2], three[1]]
    assert list(states(api).values()) == ["CANCELLED", "CANCELLED", "QUEUED"]


def test_an_empty_filter_means_every_job(api: Api, three: list[str]) -> None:
    assert answer_of(api, verb="cancel", filter={}).done == 3


def test_a_dry_run_answers_the_same_and_changes_nothing(api: Api, three: list[str]) -> None:
    before = api.client().get("/api/batch/jobs").json()

    rehearsed = answer_of(api, verb="pause", ids=three, dryRun=True)

    assert api.client().get("/api/batch/jobs").json()["items"] == before["items"]
    done = answer_of(api, verb="pause", ids=three)
    assert (rehearsed.items, rehearsed.dry_run) == (done.items, True)


def test_staged_generations_are_promoted_or_discarded_together(api: Api) -> None:
    staged = api.published(publish="MANUAL")["jobId"]
    live = api.published(overwriteExisting=True)["jobId"]

    rehearsed = answer_of(api, verb="discard", ids=[staged, live], dryRun=True)
    found = answer_of(api, verb="discard", ids=[staged, live])

    assert rehearsed.items == found.items
    assert [(item.done, item.code) for item in found.items] == [(True, None), (False, "not-staged")]


def test_a_priority_is_given_to_all(api: Api, three: list[str]) -> None:
    assert answer_of(api, verb="priority", priority="HIGH", filter={"status": ["QUEUED"]}).done == 2
    assert api.client().get("/api/batch/jobs?priority=HIGH").json()["total"] == 2


def test_an_operator_is_refused_the_jobs_of_others_one_by_one(api: Api, three: list[str]) -> None:
    own = api.client(Role.OPERATOR).post(
        "/api/batch/historical-backfill",
        json={"dateRange": {"startDate": "2020-01-01", "endDate": "2020-03-31"}, "definition": "mini"},
    )

    found = answer_of(api, Role.OPERATOR, verb="pause", ids=[three[0], own.json()["jobId"]])

    assert [(item.done, item.code) for item in found.items] == [(False, "not-owner"), (True, None)]
    assert states(api)[three[0]] == "QUEUED"


def test_a_viewer_may_not(api: Api, three: list[str]) -> None:
    assert api.client(Role.VIEWER).post(PATH, json={"verb": "pause", "ids": three}).status_code == 403


def test_more_jobs_than_one_request_may_touch_are_refused(
    api: Api, three: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_verbs, "MOST_JOBS", 2)

    answer = api.client().post(PATH, json={"verb": "cancel", "filter": {}})

    assert (answer.status_code, answer.json()["code"]) == (422, "too-many-jobs")
    assert "CANCELLED" not in states(api).values()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"verb": "pause"}, "ids"),
        ({"verb": "pause", "ids": ["a"], "filter": {}}, "ids"),
        ({"verb": "pause", "ids": []}, "ids"),
        ({"verb": "explode", "ids": ["a"]}, "verb"),
        ({"verb": "pause", "ids": ["a"], "mode": "rollback"}, "mode"),
        ({"verb": "priority", "ids": ["a"]}, "priority"),
        ({"verb": "pause", "ids": ["a"], "priority": "HIGH"}, "priority"),
        ({"verb": "pause", "filter": {"statuss": ["QUEUED"]}}, "filter.statuss"),
    ],
)
def test_a_wrong_request_names_its_field(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.client().post(PATH, json=body)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
