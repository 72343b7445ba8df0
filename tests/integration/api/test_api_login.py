"""Sessions of the page, keys, users and the audit trail over HTTP."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from api_desk import ORIGIN, Api, backfill
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.access.role import Role
from dart_batch.domain.access.throttle import PER_PAIR

GOOD, WRONG = "correct horse battery", "battery horse correct"
SUBMIT = "/api/batch/historical-backfill"


@pytest.fixture
def page(api: Api) -> TestClient:
    """The page of minji, an operator who has logged in."""
    api.core.access.users.create("minji", Role.OPERATOR, GOOD, the_system())
    client = api.client(None)
    answer = client.post("/api/auth/login", json={"name": "Minji", "password": GOOD})
    assert answer.status_code == 200, answer.text
    client.headers["X-CSRF-Token"] = answer.json()["csrfToken"]
    return client


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(api: Api, page: TestClient) -> None:
    plain = page.post("/api/auth/login", json={"name": "minji", "password": GOOD}).headers["Set-Cookie"]
    safe = TestClient(api.app, base_url="https://localhost")
    secure = safe.post("/api/auth/login", json={"name": "minji", "password": GOOD}).headers["Set-Cookie"]

    assert all(word in plain for word in ("HttpOnly", "SameSite=strict", "Path=/")) and "Secure" not in plain
    assert "Secure" in secure


def test_a_session_does_what_its_user_may_and_owns_its_jobs(page: TestClient) -> None:
    me = page.get("/api/auth/me").json()
    job = page.post(SUBMIT, json=backfill()).json()

    assert (me["name"], me["role"], me["entry"], me["passwordSet"]) == ("minji", "operator", "page", True)
    assert job["owner"] == "minji"
    assert page.post(f"/api/batch/jobs/{job['jobId']}/pause").json()["status"] == "PAUSED"
    assert page.get("/api/users").json()["code"] == "not-allowed"


@pytest.mark.parametrize("token", [None, "", "made up"])
def test_what_another_site_sends_with_the_cookie_changes_nothing(page: TestClient, token: str | None) -> None:
    del page.headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token}

    answer = page.post(SUBMIT, json=backfill(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (403, "forged-request")
    assert page.get("/api/batch/jobs").json()["total"] == 0


def test_a_key_needs_no_csrf_token_and_goes_before_the_cookie(api: Api, page: TestClient) -> None:
    del page.headers["X-CSRF-Token"]

    job = page.post(SUBMIT, json=backfill(), headers=api.headers(Role.ADMIN)).json()

    assert job["owner"] == "the admin"
    assert page.get("/api/auth/me", headers=api.headers(Role.VIEWER)).json()["csrfToken"] is None


def test_logging_out_ends_the_session_at_once(page: TestClient) -> None:
    kept = dict(page.cookies)
    assert page.post("/api/auth/logout").status_code == 204

    page.cookies.update(kept)

    assert page.get("/api/auth/me").status_code == 401


def test_wrong_names_and_passwords_look_alike_and_end_with_a_time_to_wait(api: Api, page: TestClient) -> None:
    stranger = api.client(None)

    def tried(name: str) -> tuple[int, str, str]:
        answer = stranger.post("/api/auth/login", json={"name": name, "password": WRONG})
        return answer.status_code, answer.json()["code"], answer.json()["detail"]

    assert tried("minji") == tried("nobody")
    for _ in range(PER_PAIR - 1):
        tried("minji")
    answer = stranger.post("/api/auth/login", json={"name": "minji", "password": GOOD})
    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-logins")
    assert 800 < int(answer.headers["Retry-After"]) <= 901


def test_a_password_is_in_no_answer(api: Api) -> None:
    for body in ({"name": "x", "password": [GOOD]}, {"name": 5, "password": GOOD}, {"password": GOOD}):
        assert GOOD not in api.client(None).post("/api/auth/login", json=body).text


def test_a_one_time_link_logs_in_and_lets_a_password_be_set(api: Api) -> None:
    made = api.client().post("/api/users", json={"name": "ann", "role": "viewer"})
    token = made.json()["path"].partition("#login=")[2]
    client = api.client(None)

    me = client.post("/api/auth/link", json={"token": token}).json()
    headers = {"X-CSRF-Token": me["csrfToken"]}
    weak = client.post("/api/auth/password", json={"new": "short"}, headers=headers)
    good = client.post("/api/auth/password", json={"new": GOOD}, headers=headers)

    assert (made.status_code, me["name"], me["passwordSet"]) == (201, "ann", False)
    assert (weak.json()["code"], weak.json()["errors"][0]["field"]) == ("weak-password", "password")
    assert (good.status_code, client.get("/api/auth/me").json()["passwordSet"]) == (204, True)
    assert api.client(None).post("/api/auth/link", json={"token": token}).status_code == 401


def test_a_wrong_present_password_leaves_one_logged_in(page: TestClient) -> None:
    answer = page.post("/api/auth/password", json={"current": WRONG, "new": "another long password"})

    assert (answer.status_code, answer.json()["code"]) == (422, "wrong-password")
    assert page.get("/api/auth/me").status_code == 200


def test_a_key_has_no_password(api: Api) -> None:
    assert api.client().post("/api/auth/password", json={"new": GOOD}).status_code == 403


def test_admins_change_users_and_their_sessions_end_at_once(api: Api, page: TestClient) -> None:
    admin = api.client()

    assert admin.post("/api/users/minji/role", json={"role": "viewer"}).json()["role"] == "viewer"
    assert page.get("/api/auth/me").status_code == 401
    assert admin.post("/api/users/minji/disable").json()["disabledAt"] is not None
    assert admin.post("/api/users/minji/enable").json()["disabledAt"] is None
    assert admin.post("/api/users/minji/link").json()["path"].startswith("/batch#login=")
    assert admin.post("/api/users/nobody/disable").status_code == 404
    assert admin.post("/api/users", json={"name": "MINJI", "role": "admin"}).status_code == 409
    assert [user["name"] for user in admin.get("/api/users").json()["items"]] == ["minji"]


def test_admins_make_keys_that_end(api: Api) -> None:
    admin, soon = api.client(), (datetime.now(UTC) + timedelta(days=1)).isoformat()

    made = admin.post("/api/keys", json={"role": "viewer", "name": "grafana", "expires": soon}).json()
    known = api.client(None).get("/api/auth/me", headers={"Authorization": f"Bearer {made['secret']}"}).json()
    revoked = admin.post(f"/api/keys/{made['key']['id']}/revoke")
    after = api.client(None).get("/api/auth/me", headers={"Authorization": f"Bearer {made['secret']}"})

    assert (known["name"], known["expiresAt"] is not None) == ("grafana", True)
    assert (revoked.status_code, after.status_code) == (204, 401)
    assert made["secret"] not in admin.get("/api/keys").text
    for expires in ("2001-01-01T00:00:00Z", "2999-01-01T00:00:00"):
        answer = admin.post("/api/keys", json={"role": "viewer", "expires": expires})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "expires")


def test_last_use_of_a_key_is_noticed(api: Api) -> None:
    api.client(Role.VIEWER).get("/api/auth/me")

    api.core.keys.used(api.app.state.keys.used())

    shown = {key["name"]: key["lastUsedAt"] for key in api.client().get("/api/keys").json()["items"]}
    assert shown["the viewer"] is not None and shown["the operator"] is None


def test_the_audit_trail_tells_who_did_what_from_where(api: Api, page: TestClient) -> None:
    job = page.post(SUBMIT, json=backfill()).json()
    page.post(f"/api/batch/jobs/{job['jobId']}/cancel")
    admin = api.client()

    [cancelled, submitted] = admin.get("/api/audit", params={"subject": job["jobId"]}).json()["items"]
    check = admin.get("/api/audit/check").json()

    assert (cancelled["act"], cancelled["actor"], cancelled["entry"], cancelled["address"]) == (
        "job.cancel",
        "minji",
        "page",
        "testclient",
    )
    assert (cancelled["before"]["status"], cancelled["after"]["status"]) == ("QUEUED", "CANCELLED")
    assert submitted["act"] == "job.submit"
    assert (check["faults"], check["end"].partition(":")[0]) == ([], str(check["entries"]))


def test_the_audit_trail_is_read_page_by_page(api: Api) -> None:
    for number in range(5):
        api.key(f"key {number}")
    admin = api.client()

    first = admin.get("/api/audit", params={"act": "key.", "limit": 4}).json()
    rest = admin.get("/api/audit", params={"act": "key.", "limit": 4, "before": first["nextBefore"]}).json()

    numbers = [entry["number"] for entry in first["items"] + rest["items"]]
    assert numbers == sorted(numbers, reverse=True) and len(set(numbers)) == 8


def test_who_asks_too_often_is_told_when_to_come_back(make_api: Callable[..., Api]) -> None:
    api = make_api(dart_rate_limit=0.5)
    client = api.client()

    answers = [client.get("/api/auth/me") for _ in range(7)]

    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert (answers[-1].json()["code"], int(answers[-1].headers["Retry-After"]) >= 1) == ("rate-limited", True)
    assert api.client(Role.VIEWER).get("/api/auth/me").status_code == 200


def test_who_guesses_keys_is_slowed_down(make_api: Callable[..., Api]) -> None:
    api = make_api(dart_rate_limit=3)
    stranger = TestClient(api.app, base_url=ORIGIN)

    codes = [
        stranger.get("/api/auth/me", headers={"Authorization": f"Bearer dart_{number}"}).status_code
        for number in range(6)
    ]

    assert codes == [401] * 3 + [429] * 3
    assert api.client().get("/api/auth/me").status_code == 200
