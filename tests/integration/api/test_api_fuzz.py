"""Ten thousand malformed requests: no answer of 500, and nothing in the database has changed."""

import asyncio
import random
import string
from collections.abc import Callable
from typing import Any

import anyio.to_thread
import pytest
from test_api_matrix import Endpoint, endpoints, everything

from api_desk import Api
from dart_batch.domain.access.role import Role

REQUESTS = 10_000
NEVER_ENDING = ("/live",)
OF_ONES_OWN = ("/api/auth/",)
RARELY = "/metrics"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "NONSENSE"]
WORDS = ["", "null", "-1", "9" * 40, "'; DROP TABLE batch_jobs; --", "../../etc/passwd", "\0", "\u202e", "{}", "[]"]
WORDS += ["<script>", "=cmd|' /C calc'!A0", "true", "1e309", "NaN", "2020-13-45", "\ud55c\uae00" * 50, "a" * 5_000]
BODIES = [b"", b"{", b"null", b"[]", b'"x"', b"{}" * 50, b"\xff\xfe\x00", b'{"a":' * 500, b"[" * 5_000, b"1e999"]
QUERIES = ["limit", "offset", "cursor", "sort", "status", "q", "dryRun", "market", "x"]


@pytest.fixture
def in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Handing each of many requests to a thread and back costs more than answering it."""

    async def at_once(function: Callable[..., Any], *given: Any, **_limits: Any) -> Any:
        return function(*given)

    monkeypatch.setattr(anyio.to_thread, "run_sync", at_once)


@pytest.mark.usefixtures("in_this_thread")
def test_malformed_requests_get_answers_and_change_nothing(api: Api) -> None:
    api.app.state.callers.per_second = api.app.state.strangers.per_second = 0
    usable = [it for it in endpoints(api) if not it.path.endswith(NEVER_ENDING) and not it.path.startswith(OF_ONES_OWN)]
    before = everything(api.core.engine)

    statuses, broken = asyncio.run(_flood(api, usable))

    assert broken == []
    assert everything(api.core.engine) == before
    assert {401, 403, 404, 405, 422} <= statuses


async def _flood(api: Api, usable: list[Endpoint]) -> tuple[set[int], list[str]]:
    dice, statuses, broken = random.Random(20261123), set(), []
    weights = [0.1 if it.path.endswith(RARELY) else 1 for it in usable]
    for endpoint in dice.choices(usable, weights, k=REQUESTS):
        scope, body = _request(api, dice, endpoint)
        status = await _answer(api, scope, body)
        statuses.add(status)
        if status == 500:
            broken.append(f"{scope['method']} {scope['path']} {scope['query_string']!r} {body[:80]!r}")
    return statuses, broken


async def _answer(api: Api, scope: dict[str, Any], body: bytes) -> int:
    said: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])

    try:
        await api.app(scope, receive, send)
    except Exception:  # noqa: BLE001  what the server would write into its log after its answer of 500
        return 500
    return said[0]


def _request(api: Api, dice: random.Random, endpoint: Endpoint) -> tuple[dict[str, Any], bytes]:
    method = dice.choice([endpoint.method] * 16 + METHODS)
    path = "/".join(_noise(dice) if part.startswith("{") else part for part in endpoint.path.split("/"))
    role = dice.choice([Role.ADMIN] * 6 + [Role.OPERATOR, Role.VIEWER])
    key = api.secrets[role] if dice.random() > 0.05 else "dart_nobody"
    body = b"" if method == "GET" else dice.choice(BODIES)
    kind = dice.choice(["application/json"] * 6 + ["text/plain", "multipart/form-data", ""])
    headers = {"host": "localhost", "authorization": f"Bearer {key}", "content-type": kind, "content-length": len(body)}
    query = f"{dice.choice(QUERIES)}={_noise(dice)}" if dice.random() < 0.5 else ""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), str(value).encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("localhost", 80),
    }
    return scope, body


def _noise(dice: random.Random) -> str:
    return dice.choice([*WORDS, "".join(dice.choices(string.printable, k=dice.randrange(1, 30)))])
