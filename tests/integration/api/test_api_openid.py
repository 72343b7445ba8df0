"""Logging in with an account from elsewhere, against a provider that speaks OpenID Connect over HTTP."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient

from api_desk import Api
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.access.role import Role
from dart_batch.settings import InvalidSettings, Settings
from openid_provider import CLIENT, SECRET, Provider, running_provider

CALLBACK = "/api/auth/oidc/callback"
IN, OUT = "/batch/", "/batch/#denied="


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def desk(make_api: Callable[..., Api], provider: Provider) -> Api:
    return make_api(
        dart_oidc_issuer=provider.address,
        dart_oidc_client_id=CLIENT,
        dart_oidc_client_secret=SECRET,
        dart_oidc_label="House account",
        dart_oidc_viewers="*",
        dart_oidc_operators="desk, night shift",
        dart_oidc_admins="heads",
    )


def departed(client: TestClient) -> str:
    """Where the provider sends the browser back to."""
    left = client.get("/api/auth/oidc", follow_redirects=False)
    assert left.status_code == 303, left.text
    return httpx.get(left.headers["Location"]).headers["Location"]


def arrived(client: TestClient, **changes: str) -> str:
    """Where a whole login ends."""
    back = httpx.URL(departed(client))
    back = back.copy_merge_params(changes)
    return client.get(f"{back.path}?{back.query.decode()}", follow_redirects=False).headers["Location"]


def me(client: TestClient) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/api/auth/me").json()
    return told


def test_the_first_login_makes_a_user_with_the_role_of_the_groups(desk: Api) -> None:
    client = desk.client(None)

    ended = arrived(client)

    assert ended == IN
    assert {name: me(client)[name] for name in ("name", "role", "entry", "passwordSet")} == {
        "name": "minji",
        "role": "operator",
        "entry": "page",
        "passwordSet": True,
    }
    acts = [entry["act"] for entry in desk.client().get("/api/audit").json()["items"]]
    assert acts[:2] == ["login.elsewhere", "user.create"]


def test_what_leaves_the_browser_is_only_a_challenge_and_what_stays_is_out_of_reach(desk: Api) -> None:
    left = desk.client(None).get("/api/auth/oidc", follow_redirects=False)

    asked, cookie = urlsplit(left.headers["Location"]).query, left.headers["Set-Cookie"]
    verifier = cookie.split(";")[0].split(".")[2]
    assert "code_challenge_method=S256" in asked
    assert verifier not in asked
    assert all(word in cookie for word in ("HttpOnly", "SameSite=lax", "Path=/api/auth/oidc"))


def test_each_login_gives_the_role_that_the_groups_have_now(desk: Api, provider: Provider) -> None:
    before = desk.client(None)
    arrived(before)
    provider.person["groups"] = ["heads"]
    client = desk.client(None)

    arrived(client)

    assert me(client)["role"] == "admin"
    assert before.get("/api/auth/me").status_code == 401
    provider.person["groups"] = "nothing known here"
    arrived(client)
    assert me(client)["role"] == "viewer"


def test_the_same_person_under_another_name_stays_the_same_user(desk: Api, provider: Provider) -> None:
    client = desk.client(None)
    arrived(client)
    provider.person["preferred_username"] = "minji.kim"

    arrived(client)

    assert me(client)["name"] == "minji"
    assert [user.name for user in desk.core.access.users.all()] == ["minji"]


def test_a_name_from_elsewhere_never_opens_the_account_of_a_user_made_here(desk: Api) -> None:
    desk.core.access.users.create("Minji", Role.ADMIN, "correct horse battery", the_system())
    client = desk.client(None)

    assert arrived(client) == OUT + "name-taken"
    assert client.get("/api/auth/me").status_code == 401


def test_a_disabled_user_is_not_let_in(desk: Api) -> None:
    client = desk.client(None)
    arrived(client)
    desk.core.access.users.disable("minji", the_system())

    assert arrived(client) == OUT + "login-refused"


def test_a_password_is_not_set_for_an_account_from_elsewhere(desk: Api) -> None:
    client = desk.client(None)
    arrived(client)
    headers = {"X-CSRF-Token": me(client)["csrfToken"]}

    answer = client.post("/api/auth/password", json={"current": "", "new": "correct horse battery"}, headers=headers)

    assert answer.json()["code"] == "password-elsewhere"


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"},
        {"aud": "another"},
        {"iss": "https://another.example"},
        {"exp": 1},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"preferred_username": None},
        {"sub": None},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_that_proves_nothing_opens_nothing(desk: Api, provider: Provider, claims: dict[str, Any]) -> None:
    provider.claims = claims

    assert arrived(desk.client(None)) == OUT + "identity-refused"
    assert desk.core.access.users.all() == []


def test_a_token_signed_by_somebody_else_opens_nothing(desk: Api, provider: Provider) -> None:
    provider.signs_with = rsa.generate_private_key(65537, 2048)

    assert arrived(desk.client(None)) == OUT + "identity-refused"


def test_a_new_key_of_the_provider_is_learnt(desk: Api, provider: Provider) -> None:
    arrived(desk.client(None))
    provider.key, provider.key_name = rsa.generate_private_key(65537, 2048), "second"

    assert arrived(desk.client(None)) == IN


@pytest.mark.parametrize("changes", [{"state": "another"}, {"state": ""}, {"code": "made up"}, {"error": "denied"}])
def test_an_arrival_that_was_tampered_with_opens_nothing(desk: Api, changes: dict[str, str]) -> None:
    assert arrived(desk.client(None), **changes) == OUT + "identity-refused"


def test_only_the_browser_that_left_can_arrive(desk: Api) -> None:
    address = departed(desk.client(None))
    back = httpx.URL(address)

    other = desk.client(None).get(f"{CALLBACK}?{back.query.decode()}", follow_redirects=False)

    assert other.headers["Location"] == OUT + "identity-refused"


def test_a_name_that_cannot_be_one_here_is_refused(desk: Api, provider: Provider) -> None:
    provider.person["preferred_username"] = "=cmd|' /C calc'!A0"

    assert arrived(desk.client(None)) == OUT + "invalid-parameters"


def test_without_a_group_that_has_a_role_nobody_is_let_in(make_api: Callable[..., Api], provider: Provider) -> None:
    names = {"dart_oidc_client_id": CLIENT, "dart_oidc_client_secret": SECRET, "dart_oidc_admins": "heads"}
    desk = make_api(dart_oidc_issuer=provider.address, **names)

    assert arrived(desk.client(None)) == OUT + "no-role-here"
    assert desk.core.access.users.all() == []
    assert desk.client().get("/api/audit").json()["items"][0]["act"] == "login.failed"


def test_a_provider_that_fails_is_told_from_one_that_refuses(desk: Api, provider: Provider) -> None:
    provider.failing = 503
    assert arrived(desk.client(None)) == OUT + "identity-provider-away"
    provider.failing = 401
    assert arrived(desk.client(None)) == OUT + "identity-refused"


def test_a_provider_that_calls_itself_otherwise_is_not_believed(desk: Api, provider: Provider) -> None:
    provider.described = {"issuer": "https://another.example"}

    answer = desk.client(None).get("/api/auth/oidc", follow_redirects=False)

    assert (answer.status_code, answer.json()["code"]) == (503, "identity-provider-away")


def test_without_a_provider_there_is_no_such_login(api: Api) -> None:
    client = api.client(None)

    assert client.get("/api/auth/ways").json() == {"elsewhere": None}
    assert client.get("/api/auth/oidc", follow_redirects=False).json()["code"] == "no-identity-provider"
    assert client.get(CALLBACK, follow_redirects=False).headers["Location"] == OUT + "no-identity-provider"


def test_the_page_learns_what_the_provider_is_called(desk: Api) -> None:
    assert desk.client(None).get("/api/auth/ways").json() == {"elsewhere": "House account"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"dart_oidc_issuer": "http://example.com"}, "https"),
        ({"dart_oidc_issuer": "https://example.com"}, "DART_OIDC_CLIENT_ID"),
        ({"dart_oidc_issuer": "https://example.com", "dart_oidc_client_id": "dart"}, "Nobody"),
    ],
)
def test_half_a_provider_is_refused_at_the_start(changes: dict[str, str], said: str) -> None:
    with pytest.raises(InvalidSettings, match=said):
        Settings(_env_file=None, **changes).refuse_half_a_provider()  # type: ignore[arg-type]
