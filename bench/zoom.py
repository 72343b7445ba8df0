"""What zooming over the whole bundled history (33 years of sessions) costs a browser, alone and beside another index.

A real server, and headless Chromium without a graphics processor. A wheel event a frame: STEPS into the history, then
STEPS out of it, which ends with all sessions drawn. Frames are wall time; processor time is that of the main thread.
Run: .venv/bin/python -m bench.zoom; CHROMIUM names another browser than the one in PATH.
"""

import os
import socket
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.live import DART, _ready, _until, process
from bench.page import CHROMIUM, DESK, LATE, PATIENCE, QUIET, WATCH
from dart_batch.bootstrap import build
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.cli.bundled_data import ensure_bundled_data
from dart_batch.settings import Settings

STEPS = 60
BACKFILL = ["backfill", "--market", "US", "--definition", "us", "--from", "1990-01-02", "--to", "2022-12-28", "--yes"]
RECALCULATE = ["recalculate", "-m", "US", "-d", "us", "-w", "marketMomentum=0.6", "-w", "marketVolatility=0.4"]
ZOOM = """(steps) => new Promise((done) => {
  const canvas = document.querySelector('[role=img] canvas');
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const at = { clientX: left + width * 0.6, clientY: top + height * 0.3 };
  const wheel = (deltaY) => new WheelEvent('wheel', { ...at, deltaY, ctrlKey: true, bubbles: true, cancelable: true });
  const frames = [], tasks = seen.long.length;
  let last, step = 0;
  const turn = (now) => {
    if (last !== undefined) frames.push(now - last);
    last = now;
    if (step === 2 * steps)
      return setTimeout(() => done({ frames, long: seen.long.slice(tasks).map(([, took]) => took) }), 500);
    canvas.dispatchEvent(wheel(step++ < steps ? -120 : 120));
    requestAnimationFrame(turn);
  };
  canvas.scrollIntoView({ block: 'center', behavior: 'instant' });
  requestAnimationFrame(turn);
})"""


def told(home: str, *words: str) -> None:
    environment = os.environ | {"DART_HOME": home}
    subprocess.run([DART, *words], env=environment, check=True, capture_output=True)


@contextmanager
def served(home: str) -> Iterator[tuple[str, str, str]]:
    """Address and key of a server with the whole history, and the job of a recalculation that waits."""
    app = build(Settings(dart_home=Path(home)))
    ensure_bundled_data(app)
    told(home, *BACKFILL)
    told(home, *RECALCULATE, "--reason", "bench", "--yes")
    _, key = app.access.keys.create(app.new_id(), Role.ADMIN, the_system("bench"))
    staged = next(row["job_id"] for row in app.sides.generations.of_index("US", "us", 5) if row["state"] == "STAGED")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with process([DART, "serve", "--port", str(port)], home, BATCH_WORKER_ENABLED="false"):
        _until(lambda: _ready(port))
        yield f"http://localhost:{port}/batch", key, staged


def zoomed(browser: Browser, address: str, key: str) -> dict[str, Any]:
    """Frames and long tasks in milliseconds, and seconds of the main thread's processor time."""
    page = browser.new_context(viewport=DESK, locale="en-US").new_page()
    page.add_init_script(WATCH)
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(f"{address}#key={key}")
    page.locator("[role=img] canvas").first.wait_for(timeout=PATIENCE)
    page.wait_for_timeout(2_000)
    before = busy(tools)
    found: dict[str, Any] = page.evaluate(ZOOM, STEPS)
    found["busy"] = {name: after - before[name] for name, after in busy(tools).items()}
    page.context.close()
    return found


def busy(tools: Any) -> dict[str, float]:
    figures = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    return {name: figures[name] for name in ("TaskDuration", "ScriptDuration")}


def print_zoom(name: str, found: dict[str, Any]) -> None:
    frames, long = sorted(found["frames"]), found["long"]
    late = sum(frame > LATE for frame in frames) / len(frames)
    each = {kind: 1000 * seconds / len(frames) for kind, seconds in found["busy"].items()}
    print(
        f"| zoom, {name} | {len(frames)} frames: median {statistics.median(frames):.1f} ms, "
        f"99 of 100 within {frames[len(frames) * 99 // 100]:.0f} ms, {late:.1%} over {LATE} ms; "
        f"{len(long)} tasks over 50 ms, the longest {max(long, default=0):.0f} ms; processor time of a step "
        f"{each['TaskDuration']:.1f} ms, {each['ScriptDuration']:.1f} ms of it script |"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as home, served(home) as (address, key, staged), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        print("| the history chart | measured |\n|---|---|")
        index = f"{address}/index/US?definition=us"
        for name, place in (("33 years", index), ("33 years beside another", f"{index}&with=generation:{staged}")):
            print_zoom(name, zoomed(browser, place, key))
        browser.close()


if __name__ == "__main__":
    main()
