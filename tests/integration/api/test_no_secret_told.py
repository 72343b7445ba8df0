"""Planted secrets appear in no answer, in no line of the server's log, in no audit entry and in no log of a job."""

import io
import json
import re
from collections.abc import Callable
from urllib.parse import quote

import pytest

from api_desk import Api, backfill
from builders import NOW
from dart_batch.application.ports.unit_of_work import ERROR, LogEntry
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.access.role import Role
from dart_batch.domain.errors import DartBatchError, Fatal, Refused, Transient
from dart_batch.entrypoints.api.access_log import AccessLog

PASSWORD, WRONG = "correct horse battery Sw0rdf1sh", "battery horse Sw0rdf1sh"
DATABASE = "mysql+pymysql://dart:Sw0rdf1sh@db:3306/dart refused"
WORD = "Sw0rdf1sh"


@pytest.fixture
def written(api: Api) -> io.StringIO:
    """The server's log, at its most talkative."""
    stream = io.StringIO()
    api.app.state.log = AccessLog("debug", "json", stream)
    return stream


def told(api: Api) -> str:
    """All that can be read about what was done: the audit trail, jobs and their logs."""
    client = api.client()
    answers = [client.get("/api/audit").text, client.get("/api/batch/jobs").text, client.get("/api/keys").text]
    jobs = client.get("/api/batch/jobs").json()["items"]
    return "\n".join([*answers, *(client.get(f"/api/batch/jobs/{job['jobId']}/logs").text for job in jobs)])


def test_a_key_is_told_once(api: Api, written: io.StringIO) -> None:
    made = api.client().post("/api/keys", json={"name": "ci", "role": "operator"})
    secret = next(text for text in re.findall(r"dart_[\w-]{40,}", made.text))
    sent = {"Authorization": f"Bearer {secret}"}
    client = api.client(None)
    answers = [
        client.post("/api/batch/historical-backfill", json=backfill(), headers=sent),
        client.get(f"/api/batch/jobs/{secret}", headers=sent),
        client.get(f"/api/batch/jobs?q={secret}&sort={secret}", headers=sent),
        client.get(f"/{secret}", headers=sent),
        client.get("/api/batch/jobs", headers={"Authorization": f"Bearer {secret}x"}),
    ]

    assert answers[0].status_code == 201 and {answer.status_code for answer in answers[1:]} >= {401, 404, 422}
    assert secret not in "".join(answer.text for answer in answers)
    assert secret not in written.getvalue() + told(api)
    assert '"path"' in written.getvalue() and "key.create" in told(api)


def test_neither_a_password_nor_a_link_is_told(api: Api, written: io.StringIO) -> None:
    api.core.access.users.create("minji", Role.OPERATOR, PASSWORD, the_system())
    link = api.core.access.users.link("minji", the_system())
    client = api.client(None)
    said = [
        client.post("/api/auth/login", json={"name": "minji", "password": WRONG}),
        client.post("/api/auth/login", json={"name": PASSWORD, "password": PASSWORD}),
        client.post("/api/auth/login", json={"name": "minji", "password": [PASSWORD]}),
        client.post("/api/auth/login", json={"password": PASSWORD}),
        client.post("/api/auth/link", json={"token": link}),
        client.post("/api/auth/link", json={"token": link}),
        client.post("/api/auth/link", json={"token": [link], "more": link}),
        client.get(f"/batch/login.html?token={link}"),
    ]

    heard = "".join(answer.text for answer in said) + written.getvalue() + told(api)
    assert [answer.status_code for answer in said[:7]] == [401, 401, 422, 422, 200, 401, 422]
    assert not any(secret in heard for secret in (PASSWORD, WRONG, link))
    assert "login.failed" in heard


@pytest.mark.parametrize("kind", [Fatal, Transient, Refused, ZeroDivisionError])
def test_the_password_of_a_database_is_told_by_no_error(
    api: Api, written: io.StringIO, kind: Callable[..., Exception]
) -> None:
    def fail() -> str:
        raise kind(DATABASE, address=DATABASE, each=[DATABASE]) if issubclass(kind, DartBatchError) else kind(DATABASE)

    object.__setattr__(api.core, "new_id", fail)
    answer = api.client().get("/api/batch/jobs")

    assert answer.status_code >= 400
    assert WORD not in answer.text + written.getvalue()
    if kind is ZeroDivisionError:
        assert "mysql+pymysql://dart:***@db:3306/dart" in written.getvalue()


def test_what_a_job_is_told_and_says_is_stored_without_secrets(api: Api) -> None:
    job = api.submitted(metadata={"description": f"password={WORD}", "tags": [f"key={WORD}"]})
    with api.core.uow() as work:
        work.logs.add(job["jobId"], LogEntry(NOW, ERROR, "failed", DATABASE, 0))
        work.commit("test")
    api.client().post(f"/api/batch/jobs/{job['jobId']}/cancel")

    heard = json.dumps(job) + told(api)

    assert WORD not in heard
    assert "mysql+pymysql://dart:***@db:3306/dart refused" in heard


@pytest.mark.parametrize("field", ["moveTo", "legacySource"])
def test_an_address_with_a_password_is_refused_without_repeating_it(api: Api, written: io.StringIO, field: str) -> None:
    kind = "store" if field == "moveTo" else "legacy"

    answer = api.client().post(
        f"/api/batch/data-migration?from={quote(DATABASE)}", json={"migration": kind, field: DATABASE}
    )

    assert answer.status_code == 422
    assert WORD not in answer.text + written.getvalue() + told(api)
