"""An index beside another one, and the states of its days, over HTTP."""

from datetime import date, datetime
from typing import Any

import pytest

from api_desk import SPAN, Api
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.index_calendar import IndexCalendar
from dart_batch.entrypoints.api.index_wire import IndexHistory, ReadingDetail
from dart_batch.entrypoints.api.recalculation_wire import Comparison, GenerationList
from fakes.poison import poison_the_engine

MINI_QUERY = {"definition": "mini"}
DAY = "2020-03-19"


@pytest.fixture
def live(api: Api) -> Api:
    api.published()
    return api


def staged(api: Api, **changes: Any) -> str:
    wish = {"dateRange": SPAN, "definition": "mini", "newWeights": {"alpha": 0.25, "beta": 0.75}}
    body = wish | {"recalculationReason": "a calmer index"} | changes
    job_id = str(api.client().post("/api/batch/recalculate-index", json=body).json()["jobId"])
    assert api.run(job_id) == "completed"
    return job_id


def compared(api: Api, **query: Any) -> Comparison:
    answer = api.client().get("/api/index/KOSPI/comparison", params=MINI_QUERY | query)
    assert answer.status_code == 200, answer.text
    return Comparison.model_validate(answer.json())


def refused(api: Api, path: str, **query: Any) -> tuple[int, str]:
    answer = api.client().get(path, params=MINI_QUERY | query)
    return answer.status_code, answer.json()["code"]


def history(api: Api, **query: Any) -> list[float | None]:
    answer = api.client().get("/api/index/KOSPI", params=MINI_QUERY | query)
    return [item.value for item in IndexHistory.model_validate(answer.json()).items]


def test_generations_are_listed_with_what_became_of_them(live: Api) -> None:
    job_id = staged(live)
    dropped = staged(live, newWeights={"alpha": 1})
    live.client().post(f"/api/batch/jobs/{dropped}/discard")

    answer = live.client().get("/api/index/kospi/generations", params=MINI_QUERY)

    found = {one.job_id: one for one in GenerationList.model_validate(answer.json()).items}
    states = [one.state.value for one in found.values()]
    assert sorted(states) == ["DISCARDED", "PUBLISHED", "STAGED"]
    assert (found[job_id].reason, found[job_id].sessions, str(found[job_id].first)) == (
        "a calmer index",
        62,
        "2020-01-02",
    )


def test_a_staged_generation_is_read_and_compared_before_it_is_promoted(live: Api) -> None:
    before, job_id = history(live), staged(live)

    waiting = history(live, generation=job_id)
    found = compared(live, withGeneration=job_id, components="true")
    live.client().post(f"/api/batch/jobs/{job_id}/promote")

    assert waiting != before
    assert history(live) == waiting
    assert [item.old for item in found.items] == before
    assert [item.new for item in found.items] == waiting
    assert (found.summary.sessions, found.only_old, found.only_new) == (62, 0, 0)
    assert found.summary.changed == 43
    assert {one.name for one in found.components} == {"alpha", "beta"}
    assert compared(live, withGeneration=job_id).summary.changed == 0


def test_only_sessions_of_both_sides_are_compared_and_the_others_are_counted(live: Api) -> None:
    job_id = staged(live, dateRange={"startDate": "2020-02-03", "endDate": "2020-02-07"})

    found = compared(live, withGeneration=job_id)

    assert (found.summary.sessions, found.only_old, found.only_new, found.total) == (5, 57, 0, 5)
    assert found.summary.withheld == 0


def test_the_worst_days_come_first_when_asked_for(live: Api) -> None:
    job_id = staged(live)

    worst = compared(live, withGeneration=job_id, order="-delta", limit=3)

    assert worst.items[0].delta == worst.summary.largest_delta
    assert worst.items[0].attribution is None
    assert (len(worst.items), worst.total) == (3, 62)


def test_the_index_of_a_moment_is_compared_with_what_is_live(live: Api) -> None:
    before, job_id = history(live), staged(live)
    live.client().post(f"/api/batch/jobs/{job_id}/promote")
    acts = live.client().get("/api/index/KOSPI/publications", params=MINI_QUERY).json()["items"]
    first = acts[-1]["publishedAt"]

    found = compared(live, withAsOf=first)
    nothing = compared(live, asOf=first, withAsOf=first)

    assert [item.new for item in found.items] == before
    assert found.new.as_of == datetime.fromisoformat(first)
    assert found.summary.changed == 43
    assert nothing.summary.changed == 0


def test_a_day_is_read_as_it_was_and_as_a_job_wrote_it(live: Api) -> None:
    job_id = staged(live)
    path = f"/api/index/KOSPI/{DAY}"
    [first] = live.client().get("/api/index/KOSPI/publications", params=MINI_QUERY).json()["items"]
    before = live.client().get(path, params=MINI_QUERY).json()

    waiting = live.client().get(path, params=MINI_QUERY | {"generation": job_id}).json()
    live.client().post(f"/api/batch/jobs/{job_id}/promote")
    then = live.client().get(path, params=MINI_QUERY | {"asOf": first["publishedAt"]}).json()

    assert then == before
    assert ReadingDetail.model_validate(waiting).lineage.job.job_id == job_id
    assert ReadingDetail.model_validate(waiting).lineage.verified


def test_what_cannot_be_compared_is_refused_and_says_why(live: Api) -> None:
    moment = "2026-01-01T00:00:00Z"
    path = "/api/index/KOSPI/comparison"

    assert refused(live, path) == (422, "invalid-parameters")
    assert refused(live, path, withGeneration="x", withAsOf=moment) == (422, "ambiguous-side")
    assert refused(live, path, withGeneration="nobody") == (404, "reading-not-found")
    assert refused(live, path, withDefinition="nothing") == (404, "reading-not-found")
    assert refused(live, path, withAsOf="2001-01-01T00:00:00Z") == (404, "reading-not-found")
    assert refused(live, "/api/index/KOSPI", generation="x", asOf=moment) == (422, "ambiguous-side")
    assert refused(live, f"/api/index/KOSPI/{DAY}", generation="nobody") == (404, "reading-not-found")


def test_the_calendar_tells_the_states_of_days_and_what_failed(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    poison_the_engine(monkeypatch, date(2020, 2, 5))
    job = api.published(skipLimit=2)

    answer = api.client(Role.VIEWER).get("/api/index/kospi/calendar", params=MINI_QUERY)

    found = IndexCalendar.model_validate(answer.json())
    counts = found.counts
    assert (found.sessions, counts.published + counts.withheld, counts.missing, counts.failed) == (62, 61, 1, 1)
    assert [(str(run.first), run.sessions) for run in found.missing] == [("2020-02-05", 1)]
    assert [(str(run.first), run.job_id, run.code) for run in found.failed] == [
        ("2020-02-05", job["jobId"], "unexpected")
    ]
    assert sum(run.sessions for run in found.withheld) == counts.withheld > 0
    assert [(one.year, one.failed, one.withheld) for one in found.years] == [(2020, 1, counts.withheld)]


def test_a_calendar_of_nothing_is_empty(api: Api) -> None:
    found = IndexCalendar.model_validate(api.client().get("/api/index/KOSPI/calendar?definition=none").json())

    assert (found.first, found.sessions, found.counts.missing, found.failed) == (None, 0, 0, [])
