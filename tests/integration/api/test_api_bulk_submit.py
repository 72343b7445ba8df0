"""POST /api/batch/historical-backfill/bulk."""

from collections.abc import Callable

from api_desk import SPAN, Api, backfill
from dart_batch.domain.access.role import Role

PATH = "/api/batch/historical-backfill/bulk"


def spans(count: int) -> list[dict[str, object]]:
    return [backfill(dateRange=SPAN | {"endDate": f"2020-03-{day:02}"}) for day in range(1, count + 1)]


def total(api: Api) -> int:
    found: int = api.client().get("/api/batch/jobs").json()["total"]
    return found


def test_jobs_are_submitted_together_in_the_order_they_were_asked_for(api: Api) -> None:
    answer = api.client().post(PATH, json={"jobs": spans(3)})

    items = answer.json()["items"]
    ends = [api.client().get(f"/api/batch/jobs/{item['jobId']}").json() for item in items]
    assert (answer.status_code, answer.json()["total"]) == (201, 3)
    assert [job["parameters"]["dateRange"]["endDate"] for job in ends] == ["2020-03-01", "2020-03-02", "2020-03-03"]
    assert {item["status"] for item in items} == {"QUEUED"}


def test_when_one_is_refused_none_is_stored(api: Api) -> None:
    twice = spans(2) + spans(1)
    unknown = [*spans(1), backfill(definition="nosuch")]

    answers = [api.client().post(PATH, json={"jobs": jobs}) for jobs in (twice, unknown, [])]

    assert [answer.status_code for answer in answers] == [409, 422, 422]
    assert total(api) == 0


def test_more_jobs_than_the_queue_has_room_for_are_refused_as_a_whole(make_api: Callable[..., Api]) -> None:
    api = make_api(batch_queue_capacity=2)

    answer = api.client().post(PATH, json={"jobs": spans(3)})

    assert (answer.status_code, answer.json()["code"]) == (429, "queue-full")
    assert total(api) == 0


def test_only_operators_submit(api: Api) -> None:
    assert api.client(Role.VIEWER).post(PATH, json={"jobs": spans(1)}).status_code == 403
