"""One server with the built page and one Chromium per file, whose event loop ends with the file; a visitor per test."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from browser import ARTEFACTS, CHROMIUM, DESK, PATIENCE, QUIET, ROOT, Server, Visitor
from running_server import free_port, key_in, up


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is missing (Debian: apt install chromium, or name it with CHROMIUM=/path)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not (ROOT / "src/dart_batch/entrypoints/api/page/index.html").exists():
        pytest.skip("the page is not built here: Node 20.19 or newer is missing")
    ARTEFACTS.mkdir(exist_ok=True)
    port = free_port()
    with up(tmp_path_factory.mktemp("home"), port) as lines:
        yield Server(port, key_in(lines))


@pytest.fixture
def visitor(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """English at a desk unless the test's parameter names another (locale, viewport). Ends with a silent console."""
    locale, viewport = getattr(request, "param", ("en-US", DESK))
    context = chromium.new_context(locale=locale, viewport=viewport)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Visitor(page, complaints)
    context.close()
    assert complaints == []
