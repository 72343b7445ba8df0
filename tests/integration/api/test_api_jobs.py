"""Reading and steering jobs over HTTP."""

import pytest

from api_desk import Api, backfill
from dart_batch.entrypoints.api.job_wire import AttemptList, ChunkList, Job, JobPage, JobPlan
from dart_batch.entrypoints.api.log_wire import LogPage


def titles(api: Api, query: str) -> list[str]:
    answer = api.client().get(f"/api/batch/jobs?{query}")
    assert answer.status_code == 200, answer.text
    return [item["description"] for item in answer.json()["items"]]


def submit_named(api: Api, *names: str) -> None:
    for number, name in enumerate(names):
        api.submitted(chunkSize=10 + number, metadata={"description": name, "tags": ["t"]}, start=number % 2 == 0)


def test_an_empty_list_is_a_list(api: Api) -> None:
    assert api.client().get("/api/batch/jobs").json() == {"items": [], "nextCursor": None, "total": 0}


def test_the_newest_job_comes_first_unless_the_sort_says_otherwise(api: Api) -> None:
    submit_named(api, "a", "b", "c")

    assert titles(api, "") == ["c", "b", "a"]
    assert titles(api, "sort=createdAt") == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=PENDING", ["b"]),
        ("status=PENDING,QUEUED", ["c", "b", "a"]),
        ("status=PENDING&status=QUEUED", ["c", "b", "a"]),
        ("status=FAILED", []),
        ("market=kospi", ["c", "b", "a"]),
        ("market=US", []),
        ("owner=the%20admin&type=HISTORICAL_BACKFILL&limit=1", ["c"]),
        ("owner=nobody", []),
        ("offset=2", ["a"]),
        ("tag=t&priority=NORMAL,HIGH", ["c", "b", "a"]),
        ("tag=t&tag=u", []),
        ("priority=LOW", []),
        ("createdFrom=2020-01-01", ["c", "b", "a"]),
        ("createdBefore=2020-01-01T09:00:00%2B09:00", []),
        ("q=chunkSize%22: 11", ["b"]),
    ],
)
def test_filters_narrow_the_list(api: Api, query: str, found: list[str]) -> None:
    submit_named(api, "a", "b", "c")

    assert titles(api, query) == found


def test_text_is_searched_in_the_description(api: Api) -> None:
    submit_named(api, "first crisis", "second wave")

    assert titles(api, "q=crisis") == ["first crisis"]
    assert titles(api, "q=100%25") == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("status=DONE", "status[0]"),
        ("sort=price", "sort"),
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("cursor=nonsense", "cursor"),
        ("offset=-1", "offset"),
        ("createdFrom=yesterday", "createdFrom"),
        ("createdFrom=2020-01-01T00:00:00", "createdFrom"),
        ("priority=URGENT", "priority[0]"),
        ("statuss=FAILED", "statuss"),
    ],
)
def test_a_filter_that_means_nothing_is_refused_by_name(api: Api, query: str, field: str) -> None:
    answer = api.client().get(f"/api/batch/jobs?{query}")

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_pages_hold_every_job_once_while_new_ones_arrive(api: Api) -> None:
    submit_named(api, "a", "b", "c")
    first = api.client().get("/api/batch/jobs?limit=2").json()

    api.submitted(chunkSize=50, metadata={"description": "late"})
    second = api.client().get(f"/api/batch/jobs?limit=2&cursor={first['nextCursor']}").json()

    assert [item["description"] for item in first["items"] + second["items"]] == ["c", "b", "a"]
    assert (first["total"], second["nextCursor"]) == (3, None)


def test_a_cursor_of_another_order_is_refused(api: Api) -> None:
    submit_named(api, "a", "b")
    cursor = api.client().get("/api/batch/jobs?limit=1").json()["nextCursor"]

    answer = api.client().get(f"/api/batch/jobs?limit=1&sort=priority&cursor={cursor}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")


def test_a_job_tells_what_became_of_what_it_wrote(api: Api) -> None:
    path = "/api/batch/jobs"
    states = {}
    for name in ("published", "rolled back", "staged", "discarded"):
        manual = {"publish": "MANUAL"} if name in ("staged", "discarded") else {}
        states[name] = api.published(overwriteExisting=True, **manual)["jobId"]
        if name == "rolled back":
            act = api.client().get("/api/index/KOSPI/publications?definition=mini").json()["items"][0]
            api.client().post(f"/api/index/KOSPI/publications/{act['publicationId']}/rollback")
        if name == "discarded":
            api.client().post(f"{path}/{states[name]}/discard")
    waiting = api.submitted(overwriteExisting=True)["jobId"]

    listed = {item["jobId"]: item["generation"] for item in api.client().get(path).json()["items"]}

    assert {name: listed[job_id] for name, job_id in states.items()} == {
        "published": "PUBLISHED",
        "rolled back": "ROLLED_BACK",
        "staged": "STAGED",
        "discarded": "DISCARDED",
    }
    assert listed[waiting] is None


def test_a_job_has_exactly_the_described_shape_in_every_state(api: Api) -> None:
    done, waiting = api.published(), api.submitted(start=False, overwriteExisting=True)

    for job_id in (done["jobId"], waiting["jobId"]):
        Job.model_validate(api.client().get(f"/api/batch/jobs/{job_id}").json())
    JobPage.model_validate(api.client().get("/api/batch/jobs").json())


def test_a_finished_job_tells_what_it_did(api: Api) -> None:
    job_id = api.published()["jobId"]

    job = api.client().get(f"/api/batch/jobs/{job_id}").json()

    assert job["status"] == "COMPLETED"
    assert job["progress"]["processedItems"] == job["progress"]["totalItems"] == 62
    assert job["progress"]["progressPercentage"] == 100
    assert job["execution"]["chunks"] == {"total": 7, "done": 7, "failed": 0}


def test_ledger_attempts_and_log_have_the_described_shapes(api: Api) -> None:
    path = f"/api/batch/jobs/{api.published()['jobId']}"

    chunks = ChunkList.model_validate(api.client().get(f"{path}/chunks").json())
    attempts = AttemptList.model_validate(api.client().get(f"{path}/attempts").json())
    log = LogPage.model_validate(api.client().get(f"{path}/logs").json())

    assert [chunk.number for chunk in chunks.items] == list(range(1, 8))
    assert [(attempt.attempt, attempt.outcome) for attempt in attempts.items] == [(1, "completed")]
    assert [line.event for line in log.items][:2] == ["submitted", "started"]


def test_a_log_is_read_on_from_where_it_ended(api: Api) -> None:
    path = f"/api/batch/jobs/{api.published()['jobId']}/logs"
    client = api.client()

    first = client.get(path, params={"limit": 3}).json()
    rest = client.get(path, params={"after": first["nextAfter"]}).json()
    end = client.get(path, params={"after": rest["nextAfter"]}).json()

    assert len(first["items"]) == 3
    assert rest["items"][0]["id"] > first["items"][-1]["id"]
    assert end == {"items": [], "nextAfter": rest["nextAfter"], "nextBefore": None}


def test_a_log_can_be_narrowed_to_grave_lines(api: Api) -> None:
    path = f"/api/batch/jobs/{api.published()['jobId']}/logs"

    assert api.client().get(f"{path}?level=WARNING").json() == {"items": [], "nextAfter": None, "nextBefore": None}
    assert api.client().get(f"{path}?level=LOUD").status_code == 422


@pytest.mark.parametrize("path", ["", "/plan", "/chunks", "/attempts", "/logs"])
def test_an_unknown_job_is_not_found(api: Api, path: str) -> None:
    answer = api.client().get(f"/api/batch/jobs/nobody{path}")

    assert (answer.status_code, answer.json()["code"]) == (404, "job-not-found")
    assert answer.headers["content-type"] == "application/problem+json"


def test_verbs_move_a_job_and_the_answer_is_the_job(api: Api) -> None:
    path = f"/api/batch/jobs/{api.submitted(start=False)['jobId']}"

    states = [api.client().post(f"{path}/{verb}").json()["status"] for verb in ("start", "pause", "resume", "cancel")]

    assert states == ["QUEUED", "PAUSED", "QUEUED", "CANCELLED"]


def test_a_verb_that_does_not_fit_is_refused_and_names_what_does(api: Api) -> None:
    path = f"/api/batch/jobs/{api.submitted(start=False)['jobId']}"

    answer = api.client().post(f"{path}/retry")

    assert (answer.status_code, answer.json()["code"]) == (409, "verb-refused")
    assert answer.json()["fields"]["allowed"] == ["start", "cancel", "prioritise"]
    assert api.client().get(path).json()["status"] == "PENDING"


def test_a_verb_for_an_unknown_job_is_not_found(api: Api) -> None:
    assert api.client().post("/api/batch/jobs/nobody/start").status_code == 404


def test_a_verb_nobody_knows_is_no_route(api: Api) -> None:
    assert api.client().post(f"/api/batch/jobs/{api.submitted()['jobId']}/explode").status_code == 404


def test_the_plan_of_a_job_is_what_its_dry_run_showed(api: Api) -> None:
    shown = api.client().post("/api/batch/historical-backfill?dryRun=true", json=backfill()).json()
    job_id = api.submitted()["jobId"]

    plan = JobPlan.model_validate(api.client().get(f"/api/batch/jobs/{job_id}/plan").json())

    assert plan.plan_hash == shown["planHash"]
    assert plan.model_dump(by_alias=True, mode="json") == {
        name: value for name, value in shown.items() if name != "totalItems"
    }
