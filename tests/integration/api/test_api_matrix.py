"""Every endpoint of the OpenAPI document, by every kind of caller: who passes, and that the others change nothing."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse

from api_desk import ORIGIN, Api, backfill
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.access import require

GOOD = "correct horse battery"
SAFE = {"GET", "HEAD"}
OWNED = ("{jobId}", "{publicationId}")
OF_ONES_OWN = {"/api/auth/login", "/api/auth/link", "/api/auth/logout", "/api/auth/password"}
ONLY_ON_THE_PAGE = "/api/auth/password"
GIVEN = {"market": "KOSPI", "date": "2020-03-02", "session": "2020-03-02"}


@dataclass(frozen=True)
class Endpoint:
    """One operation and what its signature declares; `right` is null for one that is open to all."""

    method: str
    path: str
    right: Role | None
    owned: bool

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    def lets_pass(self, role: Role | None, *, owner: bool) -> bool:
        if self.right is None:
            return True
        return role is not None and role.includes(self.right) and (not self.owned or owner or role is Role.ADMIN)


def declared(api: Api) -> dict[tuple[str, str], list[Any]]:
    found = {}
    for context in iter_route_contexts(api.app.routes):
        for method in context.methods or ():
            found[(method, context.path)] = list(_rights(context.dependant))
    return found


def _rights(dependant: Any) -> Iterator[Any]:
    if hasattr(dependant.call, "right"):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _rights(inner)


def endpoints(api: Api) -> list[Endpoint]:
    """All operations of the OpenAPI document. One that declares not exactly one right fails here."""
    rights = declared(api)
    made = []
    for path, methods in api.app.openapi()["paths"].items():
        for method in methods:
            [right] = rights[(method.upper(), path)]
            owned = isinstance(right, require) and right.own is not None
            made.append(Endpoint(method.upper(), path, right.right, owned))
    return made


def everything(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        names = sorted(sa.inspect(connection).get_table_names())
        rows = [connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in names]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.fixture
def matrix(api: Api) -> "Matrix":
    return Matrix(api)


class Matrix:
    """A published job of `the operator`, and a client per kind of caller."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.job_id = api.client(Role.OPERATOR).post("/api/batch/historical-backfill", json=backfill()).json()["jobId"]
        api.run(self.job_id)
        [act], _ = api.core.publications.acts("KOSPI", "mini", 1)
        self.given = GIVEN | {"jobId": self.job_id, "publicationId": act["id"]}
        other = api.key("another operator", Role.OPERATOR)
        foreign = TestClient(
            api.app, base_url=ORIGIN, headers={"Authorization": f"Bearer {other}"}, raise_server_exceptions=False
        )
        self.callers: dict[str, tuple[Role | None, bool, TestClient]] = {
            "nobody": (None, False, api.client(None)),
            "viewer": (Role.VIEWER, False, api.client(Role.VIEWER)),
            "another operator": (Role.OPERATOR, False, foreign),
            "owner": (Role.OPERATOR, True, api.client(Role.OPERATOR)),
            "admin": (Role.ADMIN, False, api.client(Role.ADMIN)),
        }

    def ask(self, endpoint: Endpoint, client: TestClient) -> int:
        path = endpoint.path
        for name in [part[1:-1].partition(":")[0] for part in path.split("/") if part.startswith("{")]:
            path = path.replace(f"{{{name}}}", self.given.get(name, "nothing"))
        body = {} if endpoint.method in SAFE else {"json": {}}
        return int(client.request(endpoint.method, path, **body).status_code)


def test_every_endpoint_lets_exactly_those_pass_whom_it_declares(matrix: Matrix) -> None:
    api = matrix.api
    api.app.state.feed.close()
    api.app.state.bell.close()
    found = [endpoint for endpoint in endpoints(api) if endpoint.path != ONLY_ON_THE_PAGE]
    wrong, changed = [], []

    for endpoint in found:
        for name, (role, owner, client) in matrix.callers.items():
            passes = endpoint.lets_pass(role, owner=owner)
            before = "" if passes else everything(api.core.engine)
            status = matrix.ask(endpoint, client)
            if (status not in (401, 403)) != passes or (role is None and not passes and status != 401):
                wrong.append((endpoint.name, name, status))
            if not passes and everything(api.core.engine) != before:
                changed.append((endpoint.name, name))

    assert len(found) > 25
    assert wrong == []
    assert changed == []


def test_the_route_for_all_types_asks_for_the_right_of_the_type(matrix: Matrix) -> None:
    rename = {"migration": "rename-definition", "renameFrom": "mini", "renameTo": "mood"}
    body = {"type": "DATA_MIGRATION", "parameters": rename}
    before = everything(matrix.api.core.engine)

    answered = {
        name: client.post("/api/batch/jobs", json=body).status_code
        for name, (role, _, client) in matrix.callers.items()
        if role is not Role.ADMIN
    }

    assert answered == {"nobody": 401, "viewer": 403, "another operator": 403, "owner": 403}
    assert everything(matrix.api.core.engine) == before
    assert matrix.callers["admin"][2].post("/api/batch/jobs", json=body).status_code == 201


def test_what_changes_one_job_or_publication_asks_for_its_owner(api: Api) -> None:
    forgotten = [
        endpoint.name
        for endpoint in endpoints(api)
        if endpoint.method not in SAFE
        and any(part in endpoint.path for part in OWNED)
        and not (endpoint.owned or endpoint.right is Role.ADMIN)
    ]

    assert forgotten == []


def test_what_changes_anything_needs_more_than_a_viewer(api: Api) -> None:
    writing = {endpoint.path: endpoint.right for endpoint in endpoints(api) if endpoint.method not in SAFE}

    weak = {path for path, right in writing.items() if right is None or not right.includes(Role.OPERATOR)}

    assert weak == OF_ONES_OWN


def test_lists_show_to_each_caller_the_verbs_that_are_theirs(matrix: Matrix) -> None:
    shown = {}
    for name, (role, _, client) in matrix.callers.items():
        if role is not None:
            [row] = client.get("/api/batch/jobs").json()["items"]
            detail = client.get(f"/api/batch/jobs/{matrix.job_id}").json()
            assert row["allowedVerbs"] == detail["allowedVerbs"]
            shown[name] = bool(row["allowedVerbs"])

    assert shown["viewer"] is False
    assert shown["another operator"] is False


@pytest.mark.parametrize("verb", ["start", "pause", "resume", "retry", "cancel", "promote", "discard"])
def test_an_operator_is_told_whose_job_it_is(matrix: Matrix, verb: str) -> None:
    _, _, client = matrix.callers["another operator"]

    answer = client.post(f"/api/batch/jobs/{matrix.job_id}/{verb}")

    assert (answer.status_code, answer.json()["code"]) == (403, "not-owner")
    assert answer.json()["fields"]["owner"] == "the operator"


def test_an_operator_takes_back_only_what_a_job_of_their_own_published(matrix: Matrix) -> None:
    path = f"/api/index/KOSPI/publications/{matrix.given['publicationId']}/rollback"

    assert matrix.callers["another operator"][2].post(path).json()["code"] == "not-owner"
    assert matrix.callers["owner"][2].post(path).status_code == 200


def test_an_unknown_job_is_not_found_rather_than_somebody_elses(matrix: Matrix) -> None:
    assert matrix.callers["owner"][2].post("/api/batch/jobs/nothing/pause").status_code == 404


def test_owners_and_admins_see_the_verbs_of_a_waiting_job(make_api: Callable[..., Api]) -> None:
    api = make_api()
    job_id = api.client(Role.OPERATOR).post("/api/batch/historical-backfill", json=backfill()).json()["jobId"]

    shown = {role: api.client(role).get(f"/api/batch/jobs/{job_id}").json()["allowedVerbs"] for role in Role}

    assert shown[Role.OPERATOR] == shown[Role.ADMIN] != []
    assert shown[Role.VIEWER] == []


@pytest.mark.parametrize("role", list(Role))
def test_a_password_is_changed_by_whoever_has_logged_in_and_by_nobody_else(matrix: Matrix, role: Role) -> None:
    core = matrix.api.core
    core.access.users.create("minji", role, GOOD, the_system())
    page = matrix.api.client(None)
    page.headers["X-CSRF-Token"] = page.post("/api/auth/login", json={"name": "minji", "password": GOOD}).json()[
        "csrfToken"
    ]
    wish = {"current": GOOD, "new": GOOD + " 2"}
    before = everything(core.engine)
    refused = {
        name: client.post(ONLY_ON_THE_PAGE, json=wish).status_code for name, (_, _, client) in matrix.callers.items()
    }
    unchanged = everything(core.engine) == before

    assert refused == {name: 401 if name == "nobody" else 403 for name in matrix.callers}
    assert unchanged
    assert page.post(ONLY_ON_THE_PAGE, json=wish).status_code == 204


def test_the_web_socket_opens_for_everyone_who_may_read_and_for_nobody_else(matrix: Matrix) -> None:
    before, opened = everything(matrix.api.core.engine), {}
    for name, (_, _, client) in matrix.callers.items():
        opened[name] = _opens(client)

    assert opened == {name: name != "nobody" for name in matrix.callers}
    assert everything(matrix.api.core.engine) == before


def _opens(client: TestClient) -> bool:
    try:
        with client.websocket_connect("/api/batch/live"):
            return True
    except WebSocketDenialResponse as refused:
        assert refused.status_code == 401
        return False


def test_no_web_socket_is_open_but_the_live_channel(api: Api) -> None:
    sockets = {context.path for context in iter_route_contexts(api.app.routes) if not context.methods}

    assert sockets <= {"/api/batch/live"}
