"""Idempotency-Key: a submit that is repeated makes one job."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from api_desk import Api, backfill
from dart_batch.adapters.persistence.receipt_tables import receipts
from dart_batch.application.ports.retention import Kind
from dart_batch.domain.access.role import Role

PATH = "/api/batch/historical-backfill"
GENERAL = {"type": "HISTORICAL_BACKFILL", "parameters": backfill()}


def post(api: Api, key: str, role: Role = Role.ADMIN, path: str = PATH, **changes: Any) -> httpx.Response:
    body = backfill(**changes) if path == PATH else GENERAL | changes
    return api.client(role).post(path, json=body, headers={"Idempotency-Key": key})


def total(api: Api) -> int:
    return int(api.client().get("/api/batch/jobs").json()["total"])


@pytest.mark.parametrize("path", [PATH, "/api/batch/jobs"])
def test_the_same_request_with_the_same_key_answers_the_same_job(api: Api, path: str) -> None:
    first, second = (post(api, "monday", path=path) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["jobId"] == second.json()["jobId"]
    assert first.headers["Location"] == second.headers["Location"]
    assert ("Idempotency-Replayed" in first.headers, second.headers["Idempotency-Replayed"]) == (False, "true")
    assert total(api) == 1


def test_the_repeated_answer_shows_the_job_as_it_is_now(api: Api) -> None:
    job_id = post(api, "monday").json()["jobId"]
    api.run(job_id)

    assert post(api, "monday").json()["status"] == "COMPLETED"


def test_another_request_with_the_same_key_is_refused(api: Api) -> None:
    post(api, "monday")

    answer = post(api, "monday", chunkSize=11)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert total(api) == 1


def test_another_key_is_another_request(api: Api) -> None:
    post(api, "monday")

    assert post(api, "tuesday").json()["code"] == "duplicate-job"


def test_keys_belong_to_their_callers(api: Api) -> None:
    post(api, "monday")

    assert post(api, "monday", Role.OPERATOR, chunkSize=11).status_code == 201


def test_a_request_that_was_refused_may_be_sent_again(api: Api) -> None:
    assert post(api, "monday", definition="nonsense").status_code == 422
    assert post(api, "monday").status_code == 201


def test_a_dry_run_takes_no_key(api: Api) -> None:
    headers = {"Idempotency-Key": "monday"}
    api.client().post(PATH, params={"dryRun": "true"}, json=backfill(), headers=headers)

    assert post(api, "monday", chunkSize=11).status_code == 201


def test_requests_at_the_same_time_make_one_job(api: Api) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(api, "monday"), range(8)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["jobId"] for answer in answers}) == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_that_is_none_is_refused_by_name(api: Api, key: str) -> None:
    answer = post(api, key)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert total(api) == 0


def test_many_submits_at_once_have_no_key(api: Api) -> None:
    answer = api.client().post(f"{PATH}/bulk", json={"jobs": [backfill()]}, headers={"Idempotency-Key": "monday"})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_a_key_is_stored_as_a_digest_and_goes_with_the_log_of_its_job(api: Api) -> None:
    api.run(post(api, "monday").json()["jobId"])
    with api.core.engine.connect() as connection:
        kept = connection.execute(sa.select(receipts.c.key_hash)).scalars().all()

    with api.core.uow() as work:
        work.retention.prune(Kind.LOGS, date(2020, 1, 1), datetime.now(UTC).date())
        work.commit("test")

    assert len(kept) == 1 and "monday" not in kept[0]
    with api.core.engine.connect() as connection:
        assert connection.execute(sa.select(receipts)).first() is None


@pytest.mark.parametrize("path", ["recalculate-index", "data-validation", "bulk-report"])
def test_the_submit_of_every_type_takes_a_key(api: Api, path: str) -> None:
    described = api.app.openapi()["paths"][f"/api/batch/{path}"]["post"]["parameters"]

    assert "Idempotency-Key" in {parameter["name"] for parameter in described}
