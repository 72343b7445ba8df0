"""POST /api/batch/historical-backfill."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api_desk import ORIGIN, SPAN, Api, backfill
from dart_batch.entrypoints.api.job_wire import Job, Plan

PATH = "/api/batch/historical-backfill"


def stored(api: Api) -> int:
    total: int = api.client().get("/api/batch/jobs").json()["total"]
    return total


def test_a_submitted_job_is_created_and_located(api: Api) -> None:
    answer = api.client().post(PATH, json=backfill(priority="HIGH", metadata={"description": "d", "tags": ["x"]}))

    job = Job.model_validate(answer.json())
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/batch/jobs/{job.job_id}")
    assert (job.status, job.priority, job.owner, job.description, job.tags) == (
        "QUEUED",
        "HIGH",
        "the admin",
        "d",
        ["x"],
    )
    assert api.client().get(answer.headers["Location"]).json()["jobId"] == job.job_id


def test_what_is_not_said_comes_from_the_settings_and_the_market(make_api: Callable[..., Api]) -> None:
    api = make_api(batch_chunk_size=7, batch_max_retries=2, batch_retry_delay=5)

    plan = api.client().post(PATH, json={"dateRange": SPAN, "definition": "mini"}).json()["parameters"]

    assert (plan["targetMarkets"], plan["chunkSize"], plan["maxRetries"], plan["retryDelay"]) == (["KOSPI"], 7, 2, 5)
    assert (plan["strategy"], plan["validationLevel"], plan["overwriteExisting"]) == ("CHUNKED", "BASIC", False)


def test_the_default_definition_is_the_markets_own(api: Api) -> None:
    answer = api.client().post(PATH, json={"dateRange": SPAN, "targetMarkets": ["US"]})

    assert (answer.status_code, answer.json()["code"]) == (422, "no-observations")
    assert "us@1" in answer.json()["detail"]


def test_markets_whose_defaults_differ_need_a_named_definition(api: Api) -> None:
    answer = api.client().post(PATH, json={"dateRange": SPAN, "targetMarkets": ["KOSPI", "US"]})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["definition"]


def test_a_market_is_named_in_any_case(api: Api) -> None:
    job = api.published(targetMarkets=["kospi"])

    assert job["parameters"]["targetMarkets"] == ["KOSPI"]


def test_a_dry_run_answers_the_plan_and_stores_nothing(api: Api) -> None:
    answer = api.client().post(f"{PATH}?dryRun=true", json=backfill())

    plan = Plan.model_validate(answer.json())
    assert (answer.status_code, plan.added, plan.chunks, plan.total_items) == (200, 62, 7, 62)
    assert stored(api) == 0


def test_a_plan_that_still_holds_is_accepted_by_its_hash(api: Api) -> None:
    plan = api.client().post(f"{PATH}?dryRun=true", json=backfill()).json()

    assert api.client().post(PATH, json=backfill(planHash=plan["planHash"])).status_code == 201


def test_a_plan_that_moved_is_refused(api: Api) -> None:
    answer = api.client().post(PATH, json=backfill(planHash="0" * 64))

    assert (answer.status_code, answer.json()["code"], stored(api)) == (409, "stale-plan", 0)


def test_a_job_that_is_not_to_start_waits(api: Api) -> None:
    assert api.submitted(start=False)["status"] == "PENDING"


def test_the_same_job_twice_is_a_conflict_that_names_the_first(api: Api) -> None:
    first = api.submitted()

    answer = api.client().post(PATH, json=backfill())

    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate-job")
    assert answer.json()["fields"]["jobId"] == first["jobId"]


def test_a_full_queue_says_when_to_come_back(make_api: Callable[..., Api]) -> None:
    api = make_api(batch_queue_capacity=1)
    api.submitted()

    answer = api.client().post(PATH, json=backfill(chunkSize=11))

    assert (answer.status_code, answer.json()["code"]) == (429, "queue-full")
    assert int(answer.headers["Retry-After"]) > 0


def test_nothing_to_do_is_said_with_the_reasons(api: Api) -> None:
    api.published()

    answer = api.client().post(PATH, json=backfill(dateRange={"startDate": "2020-02-03", "endDate": "2020-02-14"}))

    assert (answer.status_code, answer.json()["code"]) == (422, "nothing-to-do")
    assert "already published" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dateRange": None}, "dateRange"),
        ({"dateRange": {"startDate": "2020-01-01"}}, "dateRange.endDate"),
        ({"dateRange": {"startDate": "2020-02-30", "endDate": "2020-03-01"}}, "dateRange.startDate"),
        ({"dateRange": {"startDate": 20200101, "endDate": "2020-03-01"}}, "dateRange.startDate"),
        ({"dateRange": {"startDate": "2020-03-01", "endDate": "2020-01-01"}}, "dateRange.endDate"),
        ({"dateRange": {"startDate": "1970-01-01", "endDate": "2020-01-01"}}, "dateRange.startDate"),
        ({"targetMarkets": []}, "targetMarkets"),
        ({"targetMarkets": ["KOSPI", "kospi"]}, "targetMarkets"),
        ({"targetMarkets": ["MARS"]}, "targetMarkets"),
        ({"targetMarkets": ["A,B"]}, "targetMarkets[0]"),
        ({"targetMarkets": "KOSPI"}, "targetMarkets"),
        ({"definition": "nobody"}, "definition"),
        ({"definition": "mini@9"}, "definition"),
        ({"overwriteExisting": "yes"}, "overwriteExisting"),
        ({"validationLevel": "HARD"}, "validationLevel"),
        ({"chunkSize": 0}, "chunkSize"),
        ({"chunkSize": "10"}, "chunkSize"),
        ({"chunkSize": True}, "chunkSize"),
        ({"chunkSize": 10**9}, "chunkSize"),
        ({"chunkSize": "automatic"}, "chunkSize"),
        ({"skipLimit": -1}, "skipLimit"),
        ({"skipLimit": "3"}, "skipLimit"),
        ({"limits": {"wallSeconds": -1}}, "limits.wallSeconds"),
        ({"limits": {"memorySoftMb": 1.5}}, "limits.memorySoftMb"),
        ({"limits": {"memorySoftMb": 200, "memoryHardMb": 100}}, "limits.memoryHardMb"),
        ({"limits": {"cpuPercent": 10_001}}, "limits.cpuPercent"),
        ({"limits": {"gpuPercent": 1}}, "limits.gpuPercent"),
        ({"strategy": "BATCHED"}, "strategy"),
        ({"priority": "URGENT"}, "priority"),
        ({"start": 1}, "start"),
        ({"metadata": {"owner": "me"}}, "metadata.owner"),
        ({"metadata": {"tags": ["x"] * 21}}, "metadata.tags"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_malformed_request_names_its_field_and_changes_nothing(api: Api, changes: dict[str, Any], field: str) -> None:
    answer = api.client().post(PATH, json=backfill(**changes))

    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert stored(api) == 0


def test_all_wrong_fields_are_named_at_once(api: Api) -> None:
    answer = api.client().post(PATH, json={"dateRange": {}, "chunkSize": 0, "priority": "x"})

    fields = {error["field"] for error in answer.json()["errors"]}
    assert fields == {"dateRange.startDate", "dateRange.endDate", "chunkSize", "priority"}


def test_a_strategy_that_does_not_exist_is_refused_in_words(api: Api) -> None:
    answer = api.client().post(PATH, json=backfill(strategy="SERIAL"))

    assert answer.json()["errors"][0]["message"] == "is not available; this version has: CHUNKED, STREAM, PARALLEL"


def test_an_unknown_component_names_the_known_ones(api: Api) -> None:
    answer = api.client().post(PATH, json=backfill(components=["gamma"]))

    assert (answer.status_code, answer.json()["code"]) == (422, "unknown-component")
    assert answer.json()["fields"]["allowed"] == ["ALPHA", "BETA"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", json.dumps(backfill()).encode()])
def test_a_body_that_is_no_json_object_is_refused(api: Api, body: bytes) -> None:
    kind = "text/plain" if b"dateRange" in body else "application/json"

    answer = api.client().post(PATH, content=body, headers={"Content-Type": kind})

    assert (answer.status_code, stored(api)) == (422, 0)


def test_an_unknown_query_parameter_is_refused_so_that_a_dry_run_is_never_missed(api: Api) -> None:
    assert api.client().post(f"{PATH}?dryrun=true", json=backfill()).status_code == 422
    assert stored(api) == 0


def test_a_job_submitted_over_http_runs_to_its_end_on_the_worker_of_the_server(make_api: Callable[..., Api]) -> None:
    api = make_api(batch_worker_enabled=True, batch_poll_seconds=0.02)
    pause = threading.Event()
    with TestClient(api.app, base_url=ORIGIN, headers=api.headers()) as client:
        job = client.post(PATH, json=backfill(validationLevel="COMPREHENSIVE")).json()
        for _ in range(500):
            found = client.get(f"/api/batch/jobs/{job['jobId']}").json()
            if found["status"] not in ("QUEUED", "RUNNING"):
                break
            pause.wait(0.02)
        live = client.get("/api/index/KOSPI", params={"definition": "mini"}).json()

    assert found["status"] == "COMPLETED", found
    assert all(check["passed"] for check in found["verification"])
    assert {item["jobId"] for item in live["items"]} == {job["jobId"]}
    assert not [thread for thread in threading.enumerate() if thread.name == "worker"]


def test_without_the_worker_a_job_waits(make_api: Callable[..., Api]) -> None:
    api = make_api(batch_worker_enabled=False)
    with TestClient(api.app, base_url=ORIGIN, headers=api.headers()):
        assert not [thread for thread in threading.enumerate() if thread.name == "worker"]


def test_what_is_not_given_comes_from_the_settings(make_api: Callable[..., Api]) -> None:
    api = make_api(batch_skip_limit=3, batch_max_wall_seconds=60, batch_memory_soft_mb=100, batch_memory_hard_mb=200)

    given = api.submitted(limits={"memoryHardMb": 0, "cpuPercent": 50})["parameters"]

    assert given["skipLimit"] == 3
    assert given["limits"] == {"wallSeconds": 60, "memorySoftMb": 100, "memoryHardMb": 0, "cpuPercent": 50}


def test_a_chunk_size_can_be_left_to_the_worker(api: Api) -> None:
    job = api.submitted(chunkSize="auto")

    assert (job["parameters"]["chunkSize"], job["execution"]["chunkSize"]) == ("auto", 50)


def test_a_body_that_is_no_text_is_refused_like_one_that_is_no_json(api: Api) -> None:
    answer = api.client().post(PATH, content=b"\x82\xff", headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")
    assert [error["field"] for error in answer.json()["errors"]] == ["body"]
    assert answer.json()["hint"]
