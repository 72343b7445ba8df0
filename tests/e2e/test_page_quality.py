"""What every view of the page keeps: no finding of axe, and little to load before it can be used."""

import gzip
from typing import Any

import pytest
from playwright.sync_api import Response, Route, expect

from browser import DESK, PATIENCE, PHONE, ROOT, Server, Visitor

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
MOST_BYTES, MOST_QUESTIONS = 400_000, 8
PROBLEM = {
    "type": "about:blank",
    "title": "Internal Server Error",
    "status": 500,
    "code": "internal",
    "detail": "The server met an error that it did not expect.",
    "hint": "Look at the server's log.",
}
VIEWS = {
    "jobs": "",
    "job": "/jobs/{job}",
    "new": "/new?market=US&definition=us&from=2019-01-01&to=2022-12-28&which=all",
    "recalculation": "/new?type=INDEX_RECALCULATION&market=US&definition=us",
    "validation": "/new?type=DATA_VALIDATION&market=US",
    "reports": "/new?type=BULK_REPORT&market=US",
    "difference": "/jobs/{staged}/diff",
    "index": "/index",
    "index beside another": "/index/US?definition=us&asOf=2050-01-01T00:00:00Z&with=generation:{staged}",
    "publications": "/index/US/publications?definition=us",
    "files": "/reports",
    "workers": "/workers",
    "users": "/users",
    "keys": "/keys",
    "audit": "/audit",
    "lost": "/nowhere",
}


@pytest.fixture(scope="module")
def staged(server: Server) -> str:
    """A recalculation that waits for its decision."""
    wish = {
        "dateRange": {"startDate": "2021-01-01", "endDate": "2022-12-28"},
        "market": "US",
        "definition": "us",
        "newWeights": {"marketMomentum": 0.6, "marketVolatility": 0.4},
        "recalculationReason": "To look at",
    }
    return str(server.completed(server.post("/api/batch/recalculate-index", wish)["jobId"])["jobId"])


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_in_light_and_dark(server: Server, visitor: Visitor, staged: str, view: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm --prefix web ci")
    visitor.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    path = VIEWS[view].format(job=server.bundled_job()["jobId"], staged=staged)
    visitor.page.goto(f"{server.page}{path}#key={server.key}")
    expect(visitor.page.locator("main h1, main h2").first).to_be_visible(timeout=PATIENCE)
    expect(visitor.page.locator("main [aria-busy=true]")).to_have_count(0, timeout=PATIENCE)
    visitor.page.evaluate(AXE.read_text())

    assert _violations(visitor) == []
    visitor.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    expect(visitor.page.locator("html.dark")).to_be_attached()
    visitor.page.add_style_tag(content="* { transition: none !important }")
    assert _violations(visitor) == []


@pytest.mark.parametrize("visitor", [("ko-KR", PHONE)], indirect=True)
@pytest.mark.parametrize("view", ["jobs", "job", "new", "difference", "index", "files", "workers", "users"])
def test_axe_finds_nothing_on_a_phone_in_korean(server: Server, visitor: Visitor, staged: str, view: str) -> None:
    path = VIEWS[view].format(job=server.bundled_job()["jobId"], staged=staged)
    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.page.goto(f"{server.page}{path}#key={server.key}")
    expect(visitor.page.locator("main h1, main h2").first).to_be_visible(timeout=PATIENCE)
    expect(visitor.page.locator("main [aria-busy=true]")).to_have_count(0, timeout=PATIENCE)

    assert _found_by_axe(visitor) == []
    assert visitor.overflow() <= 0


@pytest.mark.parametrize("visitor", [("en-US", DESK), ("ko-KR", PHONE)], ids=["desk", "phone"], indirect=True)
def test_axe_finds_nothing_on_the_login(server: Server, visitor: Visitor) -> None:
    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.page.goto(server.page)
    expect(visitor.page.locator("input[type=password]")).to_be_visible(timeout=PATIENCE)

    assert _found_by_axe(visitor) == []
    visitor.complaints.clear()


def test_axe_finds_nothing_in_a_dialog(server: Server, visitor: Visitor, staged: str) -> None:
    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.page.goto(f"{server.page}/jobs/{staged}/diff#key={server.key}")
    visitor.page.get_by_role("button", name="Promote", exact=True).click()
    expect(visitor.page.get_by_role("dialog")).to_be_visible(timeout=PATIENCE)

    assert _found_by_axe(visitor) == []


@pytest.mark.parametrize("view", ["jobs", "job", "files", "workers", "audit"])
@pytest.mark.parametrize("state", ["failed", "unreachable"])
def test_axe_finds_nothing_when_the_server_fails(
    server: Server, visitor: Visitor, staged: str, view: str, state: str
) -> None:
    def answer(route: Route) -> None:
        if "/api/auth/" in route.request.url:
            route.continue_()
        elif state == "failed":
            route.fulfill(status=500, content_type="application/problem+json", json=PROBLEM)
        else:
            route.abort()

    visitor.page.emulate_media(reduced_motion="reduce")
    visitor.page.route("**/api/**", answer)
    visitor.page.goto(f"{server.page}{VIEWS[view].format(job=staged, staged=staged)}#key={server.key}")
    expect(visitor.page.get_by_role("alert").first).to_be_visible(timeout=PATIENCE)
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()

    assert _found_by_axe(visitor) == []
    visitor.page.goto("about:blank")
    assert [said for said in visitor.complaints if "Failed to load resource" not in said] == []
    visitor.complaints.clear()


def _found_by_axe(visitor: Visitor) -> list[str]:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: npm --prefix web ci")
    visitor.page.evaluate(AXE.read_text())
    visitor.page.add_style_tag(content="* { transition: none !important; animation: none !important }")
    return _violations(visitor)


def _violations(visitor: Visitor) -> list[str]:
    found: dict[str, Any] = visitor.page.evaluate("axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })")
    return [
        f"{one['id']}: {one['help']}: {', '.join(str(node['target']) for node in one['nodes'][:3])}"
        for one in found["violations"]
    ]


def test_the_page_asks_for_little_before_it_can_be_used(server: Server, visitor: Visitor) -> None:
    loaded = _loaded(visitor, server)

    asked = {answer.url for answer in loaded if "/api/" in answer.url}
    assets = [answer for answer in loaded if "/batch/" in answer.url and "/api/" not in answer.url]
    assert sum(len(gzip.compress(answer.body())) for answer in assets) < MOST_BYTES
    assert [answer.url for answer in assets if "echarts" in answer.url] == []
    assert len(asked) <= MOST_QUESTIONS, sorted(asked)


def _loaded(visitor: Visitor, server: Server) -> list[Response]:
    """What the browser fetched until the first job is shown and the page is at rest."""
    loaded: list[Response] = []

    def note(answer: Response) -> None:
        loaded.append(answer)

    visitor.page.on("response", note)
    visitor.page.goto(f"{server.page}#key={server.key}")
    expect(visitor.page.get_by_role("row").filter(has_text=server.bundled_job()["jobId"])).to_be_visible(
        timeout=PATIENCE
    )
    expect(visitor.page.get_by_role("status").filter(has_text="Live")).to_be_visible(timeout=PATIENCE)
    return loaded
