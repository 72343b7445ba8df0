"""Migrations over HTTP: for admins, as a plan first, and without passwords."""

from pathlib import Path
from typing import Any

import pytest

from api_desk import Api
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.finding_wire import FindingPage
from dart_batch.entrypoints.api.index_wire import IndexHistory
from dart_batch.entrypoints.api.job_wire import Job, Plan
from dart_batch.entrypoints.api.migrations import Reversed
from index_desk import DAYS

ROUTE = "/api/batch/data-migration"
RENAME = {"migration": "rename-definition", "renameFrom": "mini", "renameTo": "mood"}


@pytest.fixture
def live(api: Api) -> Api:
    api.published()
    return api


def values(api: Api, name: str) -> list[float | None]:
    answer = api.client().get("/api/index/KOSPI", params={"definition": name})
    return [item["value"] for item in answer.json()["items"]]


def test_a_move_is_planned_submitted_and_carried_out(live: Api, tmp_path: Path) -> None:
    wish = {"migration": "store", "moveTo": f"sqlite:///{tmp_path}/elsewhere.db"}

    plan = Plan.model_validate(live.client().post(ROUTE, params={"dryRun": "true"}, json=wish).json())
    answer = live.client().post(ROUTE, json=wish | {"planHash": plan.plan_hash})

    job = Job.model_validate(answer.json())
    assert plan.counts["fear_greed_batch_history"] == 62
    assert (answer.status_code, job.parameters.move_to) == (201, wish["moveTo"])
    assert live.run(job.job_id) == "completed"
    assert live.client().post(ROUTE, json=wish).status_code == 409


def test_a_rename_is_taken_back(live: Api) -> None:
    before = values(live, "mini")
    job = Job.model_validate(live.client().post(ROUTE, json=RENAME).json())
    live.run(job.job_id)
    renamed = values(live, "mood")

    answer = live.client().post(f"/api/batch/jobs/{job.job_id}/reverse")

    assert renamed == before
    assert "shown as mini again" in Reversed.model_validate(answer.json()).message
    assert values(live, "mini") == before


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"migration": "store"}, "moveTo"),
        ({"migration": "store", "moveTo": "mysql+pymysql://dart:Sw0rdf1sh@db/x"}, "moveTo"),
        ({"migration": "legacy", "legacySource": "mysql://dart:Sw0rdf1sh@db/x"}, "legacySource"),
        ({"migration": "rename-definition", "renameFrom": "mini"}, "renameTo"),
        (RENAME | {"renameTo": "mini"}, "renameTo"),
        ({"migration": "legacy", "legacySource": "x.csv", "market": "NOWHERE"}, "market"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field_and_never_repeats_a_password(
    live: Api, wish: dict[str, Any], field: str
) -> None:
    answer = live.client().post(ROUTE, json=wish)

    assert answer.status_code == 422
    assert field in answer.text
    assert "Sw0rdf1sh" not in answer.text


def test_a_repeated_submit_answers_the_migration_it_made(live: Api) -> None:
    key = {"Idempotency-Key": "the move"}

    first, again = (live.client().post(ROUTE, json=RENAME, headers=key) for _ in range(2))

    assert (first.status_code, again.json()["jobId"]) == (201, first.json()["jobId"])
    assert live.client().post(ROUTE, json=RENAME | {"renameTo": "hope"}, headers=key).status_code == 422


def test_only_admins_migrate(live: Api) -> None:
    answer = live.client(Role.OPERATOR).post(ROUTE, json=RENAME)

    assert answer.status_code == 403


def test_rejected_rows_of_an_import_are_its_findings(live: Api, tmp_path: Path) -> None:
    names = ("price_momentum", "investor_sentiment", "put_call_ratio", "volatility_index", "safe_haven_demand")
    rows = f"{DAYS[5]},40.5,Fear,41,,,,,\n{DAYS[6]},140.5,Fear,41,,,,,\n"
    (tmp_path / "old.csv").write_text(f"date,value,level,{','.join(names)},confidence\n{rows}")
    wish = {"migration": "legacy", "legacySource": str(tmp_path / "old.csv")}

    job_id = Job.model_validate(live.client().post(ROUTE, json=wish).json()).job_id
    live.run(job_id)
    page = FindingPage.model_validate(live.client(Role.VIEWER).get(f"/api/batch/jobs/{job_id}/findings").json())

    [item], [check] = page.items, page.checks
    assert (item.subject, item.found) == ("row 2", "value is not within 0 to 100: 140.5")
    assert (check.code, check.checked, check.objections, check.kept) == ("rejected-rows", 2, 1, 1)


def test_the_weight_of_an_imported_component_is_unknown(live: Api, tmp_path: Path) -> None:
    names = ("price_momentum", "investor_sentiment", "put_call_ratio", "volatility_index", "safe_haven_demand")
    table = f"date,value,level,{','.join(names)},confidence\n{DAYS[5]},40.5,Fear,41,,,,,\n"
    (tmp_path / "old.csv").write_text(table)
    wish = {"migration": "legacy", "legacySource": str(tmp_path / "old.csv")}

    live.run(Job.model_validate(live.client().post(ROUTE, json=wish).json()).job_id)
    answer = live.client().get("/api/index/KOSPI", params={"definition": "legacy", "components": "true"})

    [reading] = IndexHistory.model_validate(answer.json()).items
    assert reading.components is not None
    assert reading.components["priceMomentum"].score == 41.0
    assert reading.components["priceMomentum"].weight is None
