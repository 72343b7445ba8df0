"""What the page costs a browser: its first load, when it can be used, and scrolling through 10,000 jobs.

A real server, and headless Chromium without a graphics processor. First loads are with an empty cache, medians of
ROUNDS; the scroll goes SPEED pixels a frame, first while the page fetches what follows, then again through all of it.
Run: .venv/bin/python -m bench.page [jobs]; CHROMIUM names another browser than the one in PATH.
"""

import gzip
import os
import shutil
import socket
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, Response, ViewportSize, sync_playwright

from bench.job_list import fill
from bench.live import DART, _ready, _until, process
from dart_batch.bootstrap import build
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.access.role import Role
from dart_batch.settings import Settings

JOBS, ROUNDS, SPEED, LATE = 10_000, 5, 200, 34
PATIENCE = 60_000
DESK, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
WATCH = """
window.seen = { long: [], paint: 0, shift: 0, row: 0 };
const observe = (type, take) =>
  new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
observe('longtask', (task) => seen.long.push([task.startTime, task.duration]));
observe('largest-contentful-paint', (paint) => (seen.paint = paint.startTime));
observe('layout-shift', (shift) => (seen.shift += shift.hadRecentInput ? 0 : shift.value));
new MutationObserver((_, watching) => {
  if (!document.querySelector('tbody a[data-row]')) return;
  seen.row = performance.now();
  watching.disconnect();
}).observe(document, { childList: true, subtree: true });
"""
LOADED = """() => {
  const first = performance.getEntriesByName('first-contentful-paint')[0].startTime;
  const usable = Math.max(seen.row, ...seen.long.map(([from, took]) => from + took));
  const blocked = seen.long.reduce((sum, [, took]) => sum + took - 50, 0);
  return { first, largest: seen.paint, shift: seen.shift, usable, blocked };
}"""
SCROLL = """([speed, rows]) => new Promise((done) => {
  const frames = [], tasks = seen.long.length, began = performance.now() + 1_000;
  let last, most = 0;
  const step = (now) => {
    frames.push(now - last);
    last = now;
    window.scrollBy({ top: speed, behavior: 'instant' });
    const drawn = document.querySelectorAll('tbody a[data-row]');
    most = Math.max(most, drawn.length);
    const at = Number(drawn[drawn.length - 1]?.closest('tr').getAttribute('aria-rowindex') ?? 0);
    if (at <= rows) return requestAnimationFrame(step);
    const long = seen.long.slice(tasks).map(([, took]) => took);
    done({ frames, long, most, seconds: (now - began) / 1000 });
  };
  window.scrollTo({ top: 0, behavior: 'instant' });
  setTimeout(() => requestAnimationFrame((now) => ((last = now), step(now))), 1_000);
})"""


@contextmanager
def served(home: str, jobs: int) -> Iterator[tuple[str, str]]:
    """Address and key of a server with so many jobs."""
    app = build(Settings(dart_home=Path(home)))
    fill(app, jobs)
    _, key = app.access.keys.create(app.new_id(), Role.ADMIN, the_system("bench"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with process([DART, "serve", "--port", str(port)], home, BATCH_WORKER_ENABLED="false"):
        _until(lambda: _ready(port))
        yield f"http://localhost:{port}/batch", key


def opened(browser: Browser, address: str, key: str, size: ViewportSize) -> tuple[Page, CDPSession, list[Response]]:
    """The page with its first rows shown, with an empty cache, and its figures and what it fetched."""
    page = browser.new_context(viewport=size, locale="en-US").new_page()
    page.add_init_script(WATCH)
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    page.goto(f"{address}#key={key}")
    page.locator("tbody a[data-row]").first.wait_for(timeout=PATIENCE)
    page.wait_for_load_state("load")
    page.wait_for_timeout(1_000)
    return page, tools, answers


def first_load(browser: Browser, address: str, key: str, size: ViewportSize) -> dict[str, float]:
    """Figures of one first load: milliseconds, bytes and counts."""
    page, tools, answers = opened(browser, address, key, size)
    found: dict[str, float] = page.evaluate(LOADED)
    assets = [answer for answer in answers if "/batch/" in answer.url and "/api/" not in answer.url]
    found["bytes"] = sum(len(gzip.compress(answer.body())) for answer in assets)
    found |= {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    found["charts"] = sum("echarts" in answer.url for answer in assets)
    page.context.close()
    return found


def print_first_load(name: str, rounds: list[dict[str, float]]) -> None:
    middle = {figure: statistics.median(one[figure] for one in rounds) for figure in rounds[0]}
    seconds = {name: middle[name] / 1000 for name in ("usable", "first", "largest")}
    print(
        f"| first load, {name} | {middle['bytes'] / 1000:.0f} KB gzipped, {middle['charts']:.0f} chart files; "
        f"usable after {seconds['usable']:.2f} s, FCP {seconds['first']:.2f} s, LCP {seconds['largest']:.2f} s, "
        f"TBT {middle['blocked']:.0f} ms, CLS {middle['shift']:.3f}; "
        f"{middle['TaskDuration']:.2f} s of the main thread's processor time |"
    )


def print_scroll(name: str, found: dict[str, Any]) -> None:
    frames, long = sorted(found["frames"]), found["long"]
    late = sum(frame > LATE for frame in frames) / len(frames)
    print(
        f"| scroll, {name} | {len(frames):,} frames in {found['seconds']:.0f} s: "
        f"median {statistics.median(frames):.1f} ms, 99 of 100 within {frames[len(frames) * 99 // 100]:.0f} ms, "
        f"{late:.1%} over {LATE} ms; {len(long)} tasks over 50 ms, the longest {max(long, default=0):.0f} ms; "
        f"at most {found['most']} rows in the document |"
    )


def main() -> None:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else JOBS
    with tempfile.TemporaryDirectory() as home, served(home, jobs) as (address, key), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        print("| the page | measured |\n|---|---|")
        for name, size in (("1280 px", DESK), ("390 px", PHONE)):
            print_first_load(name, [first_load(browser, address, key, size) for _ in range(ROUNDS)])
        page, *_ = opened(browser, address, key, DESK)
        for name in (f"{jobs:,} jobs while they are fetched", f"the same {jobs:,} again"):
            print_scroll(name, page.evaluate(SCROLL, [SPEED, jobs]))
        browser.close()


if __name__ == "__main__":
    main()
