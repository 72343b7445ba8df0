"""Recalculation, differences, decisions, publications and the index as of a moment over HTTP."""

from io import BytesIO
from typing import Any

import polars as pl
import pytest

from api_desk import SPAN, Api
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.job_wire import Job, Plan
from dart_batch.entrypoints.api.recalculation_wire import Difference, PublicationPage, RolledBack, SessionHistory

MINI_QUERY = {"definition": "mini"}
QUARTER = {"alpha": 0.25, "beta": 0.75}
DAY = "2020-03-19"


def wish(**changes: Any) -> dict[str, Any]:
    given = {"dateRange": SPAN, "definition": "mini", "newWeights": QUARTER, "recalculationReason": "a calmer index"}
    return given | changes


def staged(api: Api, **changes: Any) -> str:
    answer = api.client().post("/api/batch/recalculate-index", json=wish(**changes))
    assert answer.status_code == 201, answer.text
    job = Job.model_validate(answer.json())
    assert answer.headers["Location"] == f"/api/batch/jobs/{job.job_id}"
    assert api.run(job.job_id) == "completed"
    return job.job_id


def values(api: Api, **query: str) -> list[float | None]:
    answer = api.client().get("/api/index/KOSPI", params=MINI_QUERY | query)
    assert answer.status_code == 200, answer.text
    return [item["value"] for item in answer.json()["items"]]


@pytest.fixture
def live(api: Api) -> Api:
    api.published()
    return api


def test_a_dry_run_answers_the_plan(live: Api) -> None:
    answer = live.client().post("/api/batch/recalculate-index", params={"dryRun": "true"}, json=wish())

    plan = Plan.model_validate(answer.json())

    assert (plan.changed, plan.counts, plan.index) == (62, {"reused": 62}, "mini")
    assert live.client().get("/api/batch/jobs").json()["total"] == 1


def test_a_recalculation_waits_for_its_promotion(live: Api) -> None:
    before, job_id = values(live), staged(live)
    waiting = values(live)

    promoted = live.client().post(f"/api/batch/jobs/{job_id}/promote")

    assert Job.model_validate(promoted.json()).parameters.new_weights == QUARTER
    assert waiting == before
    assert values(live) != before


def test_the_difference_comes_in_pages_and_files(live: Api) -> None:
    path = f"/api/batch/jobs/{staged(live)}/diff"
    client = live.client()

    first = Difference.model_validate(client.get(path, params={"limit": 5}).json())
    worst = Difference.model_validate(client.get(path, params={"order": "-delta", "limit": 1}).json())
    csv = pl.read_csv(BytesIO(client.get(path, params={"format": "csv"}).content))
    parquet = pl.read_parquet(BytesIO(client.get(path, params={"format": "parquet"}).content))

    assert (first.total, len(first.items), first.summary.sessions) == (62, 5, 62)
    assert (first.recalculation_reason, first.new_weights) == ("a calmer index", QUARTER)
    assert worst.items[0].delta == first.summary.largest_delta
    assert sum((worst.items[0].attribution or {}).values()) == pytest.approx(worst.items[0].delta, abs=1e-9)
    assert csv.height == parquet.height == 62
    assert sum(one.sessions for one in first.level_flips) == 62


def test_a_backfill_waits_when_it_is_asked_to(api: Api) -> None:
    job = api.published(publish="MANUAL")
    waiting = api.core.index.published()

    api.client().post(f"/api/batch/jobs/{job['jobId']}/promote")

    assert waiting == []
    assert len(values(api)) == 62


def test_a_second_decision_is_a_conflict(live: Api) -> None:
    job_id = staged(live)
    live.client().post(f"/api/batch/jobs/{job_id}/discard")

    answer = live.client().post(f"/api/batch/jobs/{job_id}/promote")

    assert (answer.status_code, answer.json()["code"]) == (409, "not-staged")


def test_a_promotion_against_another_index_is_a_conflict(live: Api) -> None:
    stale, other = staged(live), staged(live, newWeights={"alpha": 1})
    assert live.client().post(f"/api/batch/jobs/{other}/promote").status_code == 200

    answer = live.client().post(f"/api/batch/jobs/{stale}/promote")

    assert (answer.status_code, answer.json()["code"]) == (409, "live-index-moved")


def test_a_rollback_restores_and_the_index_can_be_asked_as_of_a_moment(live: Api) -> None:
    before, job_id = values(live), staged(live)
    live.client().post(f"/api/batch/jobs/{job_id}/promote")
    between = values(live)
    acts = PublicationPage.model_validate(live.client().get("/api/index/kospi/publications", params=MINI_QUERY).json())
    newest = acts.items[0]

    answer = live.client().post(f"/api/index/KOSPI/publications/{newest.publication_id}/rollback")

    assert RolledBack.model_validate(answer.json()).sessions == 62
    assert values(live) == before
    assert values(live, asOf=newest.published_at.isoformat()) == between
    assert values(live, asOf=acts.items[1].published_at.isoformat()) == before
    assert values(live, asOf="2000-01-01T00:00:00Z") == []
    again = live.client().post(f"/api/index/KOSPI/publications/{newest.publication_id}/rollback")
    assert (again.status_code, again.json()["code"]) == (409, "not-rolled-back")
    other = live.client().post(f"/api/index/US/publications/{newest.publication_id}/rollback")
    assert (other.status_code, other.json()["code"]) == (404, "publication-not-found")


def test_a_day_tells_every_value_it_had(live: Api) -> None:
    job_id = staged(live)
    live.client().post(f"/api/batch/jobs/{job_id}/promote")

    answer = live.client().get(f"/api/index/KOSPI/{DAY}/history", params=MINI_QUERY)
    never = live.client().get("/api/index/KOSPI/1999-01-04/history", params=MINI_QUERY)

    told = SessionHistory.model_validate(answer.json()).items
    assert [(one.reason, one.until is None) for one in told] == [("", False), ("a calmer index", True)]
    assert told[1].job_id == job_id
    assert (never.status_code, never.json()["code"]) == (404, "reading-not-found")


def test_one_reading_of_a_promoted_generation_is_still_explained(live: Api) -> None:
    live.client().post(f"/api/batch/jobs/{staged(live)}/promote")

    reading = live.client().get(f"/api/index/KOSPI/{DAY}", params=MINI_QUERY).json()

    assert reading["lineage"]["verified"]
    assert reading["bounds"] == [25, 45, 55, 75]
    assert reading["definition"].startswith("mini@1+")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"newWeights": {"alpha": 0.5}}, "invalid-weights"),
        ({"newWeights": {"greed": 1.0}}, "invalid-weights"),
        ({"newWeights": {}, "definition": None}, "invalid-parameters"),
        ({"recalculationReason": " "}, "invalid-parameters"),
        ({"recalculationReason": ""}, "invalid-request"),
        ({"newWeights": {"alpha": "1"}}, "invalid-request"),
        ({"definition": "nonsense"}, "invalid-parameters"),
        ({"market": "NOWHERE"}, "invalid-parameters"),
    ],
)
def test_what_cannot_be_meant_is_refused(live: Api, changes: dict[str, Any], code: str) -> None:
    answer = live.client().post("/api/batch/recalculate-index", json=wish(**changes))

    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_viewers_look_and_do_not_decide(live: Api) -> None:
    job_id = staged(live)
    viewer = live.client(Role.VIEWER)

    assert viewer.get(f"/api/batch/jobs/{job_id}/diff").status_code == 200
    assert viewer.post(f"/api/batch/jobs/{job_id}/promote").status_code == 403
    assert viewer.post("/api/batch/recalculate-index", json=wish()).status_code == 403
