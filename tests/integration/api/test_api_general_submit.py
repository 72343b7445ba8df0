"""POST /api/batch/jobs: one route for every type of job."""

from typing import Any

import pytest

from api_desk import SPAN, Api
from dart_batch.domain.access.role import Role
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.parameters import JobType
from dart_batch.entrypoints.api.general_submits import KINDS
from dart_batch.entrypoints.api.job_wire import Job, Plan

PATH = "/api/batch/jobs"
METADATA = {"description": "the quarter again", "tags": ["quarter"]}
WEIGHTS = {"alpha": 0.25, "beta": 0.75}
FOR = {
    JobType.HISTORICAL_BACKFILL: {"dateRange": SPAN, "definition": "mini", "chunkSize": 10},
    JobType.INDEX_RECALCULATION: {
        "dateRange": SPAN,
        "definition": "mini",
        "newWeights": WEIGHTS,
        "recalculationReason": "a calmer index",
    },
}
RENAME = {"migration": "rename-definition", "renameFrom": "mini", "renameTo": "mood"}
MIGRATION = {"type": "DATA_MIGRATION", "parameters": RENAME}
BACKFILL = {"type": "HISTORICAL_BACKFILL", "parameters": FOR[JobType.HISTORICAL_BACKFILL]}
RECALCULATION = {"type": "INDEX_RECALCULATION", "parameters": FOR[JobType.INDEX_RECALCULATION]}


def test_a_job_of_each_type_is_what_its_own_route_makes_of_it(api: Api) -> None:
    api.published()
    own = api.client().post("/api/batch/recalculate-index", json=RECALCULATION["parameters"]).json()
    api.client().post(f"{PATH}/{own['jobId']}/cancel")

    general = api.client().post(PATH, json=RECALCULATION | {"metadata": METADATA, "priority": "HIGH"})

    assert general.status_code == 201
    job = Job.model_validate(general.json())
    assert general.headers["Location"] == f"{PATH}/{job.job_id}"
    assert general.json()["parameters"] == own["parameters"]
    assert (job.description, job.tags, job.priority) == ("the quarter again", ["quarter"], "HIGH")


def test_a_job_that_is_not_to_start_waits(api: Api) -> None:
    answer = api.client().post(PATH, json=BACKFILL | {"start": False})

    assert answer.json()["status"] == "PENDING"


def test_a_dry_run_answers_the_plan_and_stores_nothing(api: Api) -> None:
    answer = api.client().post(PATH, params={"dryRun": "true"}, json=BACKFILL)

    assert Plan.model_validate(answer.json()).total_items == 62
    assert api.client().get(PATH).json()["total"] == 0


def test_the_job_tells_the_hash_of_the_plan_that_was_shown(api: Api) -> None:
    shown = api.client().post(PATH, params={"dryRun": "true"}, json=BACKFILL).json()["planHash"]

    job = api.client().post(PATH, json=BACKFILL | {"planHash": shown}).json()

    assert job["plan"]["planHash"] == shown


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_a_plan_that_moved_is_refused_on_submit_and_on_dry_run(api: Api, dry_run: str) -> None:
    answer = api.client().post(PATH, params={"dryRun": dry_run}, json=BACKFILL | {"planHash": "0" * 64})

    assert (answer.status_code, answer.json()["code"]) == (409, "stale-plan")
    assert len(answer.json()["fields"]["planHash"]) == 64
    assert api.client().get(PATH).json()["total"] == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"parameters": {}}, "type"),
        ({"type": "MAINTENANCE", "parameters": {}}, "type"),
        ({"type": "HISTORICAL_BACKFILL"}, "parameters"),
        ({"type": "HISTORICAL_BACKFILL", "parameters": {}}, "parameters.dateRange"),
        (BACKFILL | {"newWeights": WEIGHTS}, "newWeights"),
        (BACKFILL | {"parameters": {"dateRange": SPAN, "priority": "HIGH"}}, "parameters.priority"),
        (BACKFILL | {"parameters": {"dateRange": SPAN, "newWeights": WEIGHTS}}, "parameters.newWeights"),
        ({"type": "DATA_MIGRATION", "parameters": {"migration": "none"}}, "parameters.migration"),
    ],
)
def test_a_wrong_request_names_its_field_and_changes_nothing(api: Api, body: dict[str, Any], field: str) -> None:
    answer = api.client().post(PATH, json=body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert api.client().get(PATH).json()["total"] == 0


LATE = {"startDate": "2020-03-31", "endDate": "2020-01-01"}


@pytest.mark.parametrize("dry_run", ["true", "false"])
@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        (JobType.HISTORICAL_BACKFILL, {"definition": "nowhere"}, "parameters.definition"),
        (JobType.HISTORICAL_BACKFILL, {"targetMarkets": ["NOWHERE"]}, "parameters.targetMarkets"),
        (JobType.HISTORICAL_BACKFILL, {"dateRange": LATE}, "parameters.dateRange.endDate"),
        (JobType.INDEX_RECALCULATION, {"newWeights": {"alpha": 0.5, "beta": 0.6}}, "parameters.newWeights"),
        (JobType.DATA_MIGRATION, {"renameTo": "mini"}, "parameters.renameTo"),
    ],
)
def test_what_a_type_refuses_names_the_field_as_it_stands_in_the_request(
    api: Api, kind: JobType, changes: dict[str, Any], field: str, dry_run: str
) -> None:
    api.published()
    given = RENAME if kind is JobType.DATA_MIGRATION else FOR[kind]

    answer = api.client().post(PATH, params={"dryRun": dry_run}, json={"type": kind, "parameters": given | changes})

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert api.client().get(PATH).json()["total"] == 1


def test_what_is_refused_beside_the_parameters_keeps_its_name() -> None:
    with pytest.raises(InvalidParameters) as refused, KINDS[JobType.HISTORICAL_BACKFILL].fields():
        raise InvalidParameters("planHash is none.", field="planHash")

    assert refused.value.fields["field"] == "planHash"


def test_an_admin_migrates_by_the_route_for_all_types(api: Api) -> None:
    api.published()

    shown = Plan.model_validate(api.client().post(PATH, params={"dryRun": "true"}, json=MIGRATION).json())
    job = Job.model_validate(api.client().post(PATH, json=MIGRATION | {"planHash": shown.plan_hash}).json())

    assert job.type == "DATA_MIGRATION"
    assert api.run(job.job_id) == "completed"
    assert api.client().get("/api/index/KOSPI", params={"definition": "mood"}).json()["items"]


@pytest.mark.parametrize("dry_run", ["true", "false"])
@pytest.mark.parametrize("parameters", [RENAME, RENAME | {"renameTo": "mini"}])
def test_an_operator_does_not_migrate_by_the_route_for_all_types(
    api: Api, parameters: dict[str, Any], dry_run: str
) -> None:
    api.published()
    body = {"type": "DATA_MIGRATION", "parameters": parameters}

    answer = api.client(Role.OPERATOR).post(PATH, params={"dryRun": dry_run}, json=body)

    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
    assert "needs the role admin" in answer.json()["detail"]
    assert api.client().get(PATH).json()["total"] == 1


OWN_ROUTES = {
    "/api/batch/historical-backfill": "HISTORICAL_BACKFILL",
    "/api/batch/recalculate-index": "INDEX_RECALCULATION",
    "/api/batch/data-validation": "DATA_VALIDATION",
    "/api/batch/bulk-report": "BULK_REPORT",
    "/api/batch/data-migration": "DATA_MIGRATION",
}


def test_every_type_with_a_route_of_its_own_is_there(api: Api) -> None:
    served = set(api.app.openapi()["paths"])

    assert set(OWN_ROUTES) <= served
    assert set(OWN_ROUTES.values()) == set(KINDS)
