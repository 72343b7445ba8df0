"""Who may call what."""

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from api_desk import Api, backfill
from dart_batch.adapters.persistence.api_keys import Principal
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.callers import CACHE_SECONDS, KeyRing, NotAuthenticated

OPEN = {
    "/api/auth/login",
    "/api/auth/link",
    "/api/auth/oidc",
    "/api/auth/oidc/callback",
    "/api/auth/ways",
    "/",
    "/batch",
    "/batch/{path:path}",
    "/api/docs",
    "/api/openapi.json",
    "/openapi.json",
    "/health/live",
    "/health/ready",
}
WRITES = ["start", "pause", "resume", "cancel", "retry"]


def rights(dependant: Dependant) -> list[Role | None]:
    own = [dependant.call.right] if hasattr(dependant.call, "right") else []
    return own + [right for inner in dependant.dependencies for right in rights(inner)]


def declared(api: Api) -> dict[tuple[str, str], list[Role | None]]:
    return {
        (method, context.path): rights(context.dependant)
        for context in iter_route_contexts(api.app.routes)
        for method in context.methods or ()
    }


def test_every_route_declares_exactly_one_right(api: Api) -> None:
    routes = declared(api)

    assert len(routes) > 25
    assert {route: found for route, found in routes.items() if len(found) != 1} == {}


def test_only_health_page_and_description_are_open_to_all(api: Api) -> None:
    assert {path for (_, path), found in declared(api).items() if found == [None]} == OPEN


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer"}])
def test_without_a_key_nothing_is_told(api: Api, headers: dict[str, str]) -> None:
    for path in ("/api/batch/jobs", "/api/batch/metrics", "/api/batch/live", "/api/index", "/metrics"):
        answer = api.client(None).get(path, headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_unknown_key_is_refused(api: Api) -> None:
    answer = api.client(None).get("/api/batch/jobs", headers={"Authorization": "Bearer dart_nobody"})

    assert answer.status_code == 401
    assert "dart_nobody" not in answer.text


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads(api: Api, role: Role) -> None:
    assert api.client(role).get("/api/batch/jobs").status_code == 200


def test_a_viewer_may_not_submit_or_control_and_changes_nothing(api: Api) -> None:
    job = api.submitted()
    viewer = api.client(Role.VIEWER)

    answers = [viewer.post("/api/batch/historical-backfill", json=backfill(definition="us"))]
    answers += [viewer.post(f"/api/batch/jobs/{job['jobId']}/{verb}") for verb in WRITES]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "not-allowed")}
    assert [item["status"] for item in viewer.get("/api/batch/jobs").json()["items"]] == ["QUEUED"]


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN])
def test_operators_and_admins_submit_and_control(api: Api, role: Role) -> None:
    client = api.client(role)

    job = client.post("/api/batch/historical-backfill", json=backfill()).json()
    paused = client.post(f"/api/batch/jobs/{job['jobId']}/pause").json()

    assert (job["owner"], job["status"], paused["status"]) == (f"the {role}", "QUEUED", "PAUSED")


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/batch", "/api/docs", "/api/openapi.json"])
def test_open_routes_need_no_key(api: Api, path: str) -> None:
    assert api.client(None).get(path).status_code == 200


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_good_key_costs_one_look_while_it_is_remembered() -> None:
    looks: list[str] = []

    def authenticate(secret: str) -> Principal:
        looks.append(secret)
        return Principal("id", "name", Role.VIEWER)

    clock = Clock()
    ring = KeyRing(authenticate, monotonic=clock)

    for _ in range(10):
        ring.holder("secret")
    clock.now += CACHE_SECONDS
    ring.holder("secret")

    assert len(looks) == 2


def test_a_revoked_key_stops_within_the_stated_time(api: Api) -> None:
    clock = Clock()
    ring = KeyRing(api.core.keys.authenticate, monotonic=clock)
    key = api.key("k")
    ring.holder(key)

    api.revoke("k")
    clock.now += CACHE_SECONDS

    with pytest.raises(NotAuthenticated):
        ring.holder(key)


def test_a_refused_key_is_looked_up_each_time() -> None:
    ring = KeyRing(lambda secret: None, monotonic=Clock())

    for _ in range(3):
        with pytest.raises(NotAuthenticated):
            ring.holder("secret")

    assert ring._good == {}
