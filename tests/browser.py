"""People at the built page: a server with a history, visitors with fresh browser profiles, and what they look at."""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from running_server import ask

ROOT = Path(__file__).parents[1]
ARTEFACTS = ROOT / "tests/artefacts"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PATIENCE = 60_000
COMPLETED = {"en-US": "Completed", "ko-KR": "완료"}


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

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return ask(self.port, path, self.key, body)

    def completed(self, job_id: str) -> Any:
        """The job, once it is completed."""
        end = time.monotonic() + PATIENCE / 1000
        while (job := self.get(f"/api/batch/jobs/{job_id}"))["status"] != "COMPLETED":
            assert time.monotonic() < end, job
            time.sleep(0.2)
        return job

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
        return self.post("/api/batch/historical-backfill", wish)


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
