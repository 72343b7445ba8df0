"""What surrounds every request: headers, limits, problem documents, page."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from api_desk import Api, backfill
from dart_batch.domain.errors import Conflict, DartBatchError, Fatal, Interrupted, NotFound, Refused, Transient
from dart_batch.domain.job.errors import QueueFull
from dart_batch.entrypoints.api.access_log import AccessLog
from dart_batch.entrypoints.api.limits import MAX_BODY
from dart_batch.entrypoints.api.problems import Problem, status_of

SUBMIT = "/api/batch/historical-backfill"


@pytest.mark.parametrize("path", ["/batch", "/api/batch/jobs", "/nowhere", "/health/live", "/api/docs"])
def test_every_answer_carries_the_security_headers(api: Api, path: str) -> None:
    headers = api.client().get(path).headers

    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert len(headers["X-Request-Id"]) == 16


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused("x"), 422),
        (NotFound("x"), 404),
        (Conflict("x"), 409),
        (QueueFull("x"), 429),
        (Transient("x"), 503),
        (Interrupted("x"), 503),
        (Fatal("x"), 500),
        (DartBatchError("x"), 500),
    ],
)
def test_each_kind_of_error_has_its_status(error: DartBatchError, status: int) -> None:
    assert status_of(error) == status


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/nothing", 404), ("DELETE", "/api/batch/jobs", 405), ("GET", "/api/batch/jobs?limit=x", 422)],
)
def test_every_error_is_a_problem_document(api: Api, method: str, path: str, status: int) -> None:
    answer = api.client().request(method, path)

    problem = Problem.model_validate(answer.json())
    assert answer.headers["content-type"] == "application/problem+json"
    assert (problem.status, answer.status_code, problem.instance) == (status, status, path.partition("?")[0])
    assert problem.request_id == answer.headers["X-Request-Id"]


def test_an_unforeseen_error_tells_an_id_and_no_internals(api: Api) -> None:
    def broken() -> str:
        raise ValueError("secret internals")

    written = io.StringIO()
    api.app.state.log = AccessLog("warning", "json", written)
    object.__setattr__(api.core, "new_id", broken)

    answer = api.client().get("/api/batch/jobs")

    problem = Problem.model_validate(answer.json())
    assert (answer.status_code, problem.code) == (500, "unexpected")
    assert "secret" not in answer.text
    assert problem.request_id in written.getvalue() and "secret internals" in written.getvalue()
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_database_that_does_not_answer_is_503_with_a_time_to_come_back(api: Api, tmp_path: Path) -> None:
    client = api.client()
    client.get("/api/batch/jobs")
    with api.core.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE batch_jobs RENAME TO gone"))

    answer = client.get("/api/batch/jobs")

    assert (answer.status_code, answer.json()["code"]) == (503, "database-busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert "batch_jobs" not in answer.text


def test_readiness_really_asks_the_database(api: Api) -> None:
    assert api.client(None).get("/health/ready").json()["status"] == "READY"

    with api.core.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0000'"))

    answer = api.client(None).get("/health/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "schema-outdated")
    assert api.client(None).get("/health/live").status_code == 200


def test_a_body_up_to_the_limit_is_read_and_one_beyond_is_refused(api: Api) -> None:
    small = json.dumps(backfill()).ljust(MAX_BODY).encode()
    headers = {"Content-Type": "application/json"}

    refused = api.client().post(SUBMIT, content=small + b" ", headers=headers)
    accepted = api.client().post(SUBMIT, content=small, headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (413, "body-too-large")
    assert accepted.status_code == 201


def test_a_body_of_undeclared_length_is_counted_while_it_is_read(api: Api) -> None:
    def pieces(count: int):  # type: ignore[no-untyped-def]
        yield json.dumps(backfill()).encode()
        for _ in range(count):
            yield b" " * 65536

    headers = {"Content-Type": "application/json"}

    assert api.client().post(SUBMIT, content=pieces(17), headers=headers).status_code == 413
    assert api.client().post(SUBMIT, content=pieces(2), headers=headers).status_code == 201


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:3000", "127.0.0.1:8082", "[::1]:3000"])
def test_the_server_answers_to_its_own_names(api: Api, host: str) -> None:
    assert api.client().get("/api/batch/jobs", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "evil.example:3000", "[::2]:3000", ""])
def test_a_foreign_host_name_is_refused(api: Api, host: str) -> None:
    answer = api.client().get("/health/live", headers={"Host": host})

    assert (answer.status_code, answer.json()["code"]) == (400, "host-refused")


@pytest.mark.parametrize("allowed", ["index.example, localhost", "*"])
def test_more_host_names_can_be_allowed(make_api: Callable[..., Api], allowed: str) -> None:
    api = make_api(dart_allowed_hosts=allowed)

    assert api.client().get("/health/live", headers={"Host": "index.example"}).status_code == 200


def test_the_log_is_quiet_by_default_and_never_holds_keys_or_queries(api: Api) -> None:
    written, quiet = io.StringIO(), io.StringIO()
    api.app.state.log = AccessLog("info", "json", written)
    api.client().get("/api/batch/jobs?q=private")
    api.app.state.log = AccessLog("warning", "json", quiet)
    api.client().get("/api/batch/jobs?q=private")

    line = json.loads(written.getvalue())
    assert (line["path"], line["status"], line["caller"]) == ("/api/batch/jobs", 200, "the admin")
    assert "private" not in written.getvalue() and "dart_" not in written.getvalue()
    assert quiet.getvalue() == ""


def test_log_level_and_form_come_from_the_settings(
    make_api: Callable[..., Api], capsys: pytest.CaptureFixture[str]
) -> None:
    make_api(dart_log_level="info", dart_log_format="json").client().get("/health/live")
    in_json = capsys.readouterr().err
    make_api(dart_log_level="info").client().get("/health/live")
    for_people = capsys.readouterr().err
    make_api().client().get("/health/live")

    assert json.loads(in_json)["path"] == "/health/live"
    assert "/health/live" in for_people and not for_people.startswith("{")
    assert capsys.readouterr().err == ""


def test_without_a_built_page_the_reason_is_said_and_the_api_works(api: Api) -> None:
    answer = api.client(None).get("/batch")

    assert answer.status_code == 200
    assert "Node 20" in answer.text


@pytest.fixture
def page(tmp_path: Path) -> Path:
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<html>the page</html>")
    (folder / "assets" / "app-1a2b.js").write_text("go()")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


def test_the_root_leads_to_the_page(api: Api, page: Path) -> None:
    answer = api.client(None).get("/", follow_redirects=False)

    assert (answer.status_code, answer.headers["Location"]) == (307, "/batch")


@pytest.mark.parametrize("path", ["/batch", "/batch/", "/batch/jobs/01abc", "/batch/index/US"])
def test_deep_links_open_the_page_afresh(api: Api, page: Path, path: str) -> None:
    answer = api.client(None).get(path)

    assert (answer.text, answer.headers["Cache-Control"]) == ("<html>the page</html>", "no-cache")


def test_hashed_files_are_kept_for_ever(api: Api, page: Path) -> None:
    answer = api.client(None).get("/batch/assets/app-1a2b.js")

    assert answer.text == "go()"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "javascript" in answer.headers["content-type"]


@pytest.mark.parametrize(
    "path",
    [
        "/batch/../secret.txt",
        "/batch/%2e%2e/secret.txt",
        "/batch/..%2fsecret.txt",
        "/batch/assets/..%2f..%2fsecret.txt",
        "/batch/link.txt",
        "/batch//etc/hostname.txt",
        "/batch/missing.js",
        "/batch/%00.txt",
    ],
)
def test_nothing_outside_the_page_is_served(api: Api, page: Path, path: str) -> None:
    answer = api.client(None).get(path)

    assert answer.status_code == 404
    assert "secret" not in answer.text.replace(path, "").replace("secret.txt", "")


@pytest.mark.parametrize("path", ["/", "/batch", "/batch/jobs"])
def test_the_page_answers_a_head_like_a_get_without_a_body(api: Api, path: str) -> None:
    client = api.client(None)

    head, get = client.head(path, follow_redirects=False), client.get(path, follow_redirects=False)

    assert (head.status_code, head.content) == (get.status_code, b"")


ELSEWHERE = "https://desk.example"


def test_no_other_origin_may_call_by_default(api: Api) -> None:
    ask = {"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST"}

    answers = [api.client().get("/api/batch/jobs", headers=ask), api.client().options("/api/batch/jobs", headers=ask)]

    assert not any(name.startswith("access-control") for answer in answers for name in answer.headers)


def test_a_named_origin_may_call_with_a_key_and_never_with_a_cookie(make_api: Callable[..., Api]) -> None:
    client = make_api(dart_cors_origins=f"http://x.example, {ELSEWHERE}").client()

    asked = client.options("/api/batch/jobs", headers={"Origin": ELSEWHERE, "Access-Control-Request-Method": "POST"})
    told = client.get("/api/batch/jobs", headers={"Origin": ELSEWHERE})
    foreign = client.get("/api/batch/jobs", headers={"Origin": "https://evil.example"})

    assert (asked.status_code, told.status_code) == (204, 200)
    for answer in (asked, told):
        assert answer.headers["Access-Control-Allow-Origin"] == ELSEWHERE
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Origin" not in foreign.headers


def test_the_address_a_request_came_in_on_is_a_name_of_the_server(api: Api) -> None:
    client = TestClient(api.app, base_url="http://192.0.2.7:3000")

    assert client.get("/health/live").status_code == 200
    assert client.get("/health/live", headers={"Host": "192.0.2.8:3000"}).status_code == 400
