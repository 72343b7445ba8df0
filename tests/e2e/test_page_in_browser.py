"""The built page in a real Chromium against a real `dart-batch up`: what a stranger sees first."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from running_server import ask, free_port, key_in, up

ROOT = Path(__file__).parents[2]
ARTEFACTS = ROOT / "tests/artefacts"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PATIENCE = 20_000
COMPLETED = {"en-US": "Completed", "ko-KR": "완료"}
CHUNK_DONE = {"en-US": ", Done,", "ko-KR": ", 완료,"}


@dataclass(frozen=True)
class Server:
    """A server with the bundled history published."""

    port: int
    key: str

    @property
    def page(self) -> str:
        return f"http://localhost:{self.port}/batch"

    def get(self, path: str) -> Any:
        return ask(self.port, path, self.key)

    def bundled_job(self) -> Any:
        return next(job for job in self.get("/api/batch/jobs")["items"] if job["description"] == "Bundled history")

    def backfill(self, description: str) -> Any:
        wish = {
            "dateRange": {"startDate": "2020-01-01", "endDate": "2022-12-28"},
            "targetMarkets": ["US"],
            "definition": "us",
            "overwriteExisting": True,
            "metadata": {"description": description},
        }
        return ask(self.port, "/api/batch/historical-backfill", self.key, wish)


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


@dataclass
class Visitor:
    """One person with a fresh browser profile. `complaints` is what the console said that nobody should see."""

    page: Page
    complaints: list[str]

    def picture(self, name: str) -> None:
        self.page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)

    def overflow(self) -> int:
        """Pixels that the document is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


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


def in_language_and_width(*viewports: dict[str, int]) -> pytest.MarkDecorator:
    both = [(locale, viewport) for locale in ("en-US", "ko-KR") for viewport in viewports]
    names = [f"{locale[:2]}-{viewport['width']}" for locale, viewport in both]
    return pytest.mark.parametrize("visitor", both, ids=names, indirect=True)


def language(visitor: Visitor) -> str:
    """Locale of the visitor's browser."""
    return str(visitor.page.evaluate("navigator.language"))


def slug(visitor: Visitor) -> str:
    size = visitor.page.viewport_size
    assert size is not None
    return f"{language(visitor)[:2]}-{size['width']}"


@in_language_and_width(DESK, PHONE)
def test_without_a_key_the_page_asks_for_one(server: Server, visitor: Visitor) -> None:
    visitor.page.goto(server.page)

    title = {"en-US": "An API key is needed", "ko-KR": "API 키가 필요합니다"}[language(visitor)]
    expect(visitor.page.get_by_role("heading", name=title)).to_be_visible(timeout=PATIENCE)
    visitor.picture(f"key-{slug(visitor)}")
    assert visitor.overflow() <= 0


@in_language_and_width(DESK, PHONE)
def test_the_link_with_the_key_opens_the_jobs_with_the_bundled_history_done(server: Server, visitor: Visitor) -> None:
    visitor.page.goto(f"{server.page}#key={server.key}")

    row = visitor.page.get_by_role("row").filter(has_text=server.bundled_job()["jobId"])
    expect(row).to_contain_text(COMPLETED[language(visitor)], timeout=PATIENCE)
    expect(row).to_contain_text("8,313 / 8,313")
    assert server.key not in visitor.page.url
    visitor.picture(f"jobs-{slug(visitor)}")
    assert visitor.overflow() <= 0


@in_language_and_width(DESK, PHONE)
def test_the_job_shows_its_chunks_all_done(server: Server, visitor: Visitor) -> None:
    job_id = server.bundled_job()["jobId"]
    visitor.page.goto(f"{server.page}/jobs/{job_id}#key={server.key}")

    name = {"en-US": "Chunks", "ko-KR": "청크"}[language(visitor)]
    chunks = visitor.page.get_by_role("group", name=name).get_by_role("button")
    expect(chunks).to_have_count(84, timeout=PATIENCE)
    done = chunks.and_(visitor.page.locator(f"[aria-label*='{CHUNK_DONE[language(visitor)]}']"))
    expect(done).to_have_count(84)
    visitor.picture(f"job-{slug(visitor)}")
    assert visitor.overflow() <= 0


@in_language_and_width(DESK, PHONE)
def test_the_index_shows_the_latest_value_of_the_api(server: Server, visitor: Visitor) -> None:
    latest = server.get("/api/index")["items"][0]["latest"]

    visitor.page.goto(f"{server.page}/index#key={server.key}")

    level = {"en-US": "Greed", "ko-KR": "탐욕"}[language(visitor)]
    gauge = visitor.page.get_by_role("img", name=re.compile(f"{latest['value']:.1f}.*{level}"))
    expect(gauge).to_be_visible(timeout=PATIENCE)
    expect(visitor.page.locator("canvas").first).to_be_visible()
    visitor.picture(f"index-{slug(visitor)}")
    assert visitor.overflow() <= 0


def test_a_backfill_that_somebody_else_starts_appears_and_finishes_without_a_reload(
    server: Server, visitor: Visitor
) -> None:
    page = visitor.page
    page.goto(f"{server.page}#key={server.key}")
    expect(page.get_by_role("status").filter(has_text="Live")).to_be_visible(timeout=PATIENCE)
    page.evaluate("window.loadedOnce = true")

    server.backfill("Started by somebody else")

    row = page.get_by_role("row").filter(has_text="Started by somebody else")
    expect(row).to_contain_text("Completed", timeout=PATIENCE)
    assert page.evaluate("window.loadedOnce") is True


def test_the_language_changes_at_once_and_is_remembered(server: Server, visitor: Visitor) -> None:
    page = visitor.page
    page.goto(f"{server.page}#key={server.key}")

    page.get_by_role("button", name="한국어").click()

    expect(page.get_by_role("heading", name="배치 작업")).to_be_visible(timeout=PATIENCE)
    page.reload()
    expect(page.get_by_role("heading", name="배치 작업")).to_be_visible(timeout=PATIENCE)
    assert page.evaluate("document.documentElement.lang") == "ko"


def test_a_wrong_key_is_refused_and_another_one_asked_for(server: Server, visitor: Visitor) -> None:
    visitor.page.goto(f"{server.page}#key=wrong")

    expect(visitor.page.get_by_text("The server refused the key")).to_be_visible(timeout=PATIENCE)
    refused = [complaint for complaint in visitor.complaints if "401" in complaint]
    assert refused
    visitor.complaints[:] = [complaint for complaint in visitor.complaints if complaint not in refused]
