"""Starts the processes of one side, watches their memory, and kills them."""

import json
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
LOG = "worker.log"


class SideFailed(Exception):
    """A process of a side ended with an error; the message holds the end of what it said."""


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of every process of a side that keeps its files in `folder`; each may keep its compiled code."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": paths, "PEERS_FOLDER": str(folder), **settings}


def told(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Run to the end; the figures of its last line, none when it printed nothing. Raises SideFailed."""
    done = subprocess.run(
        command, env=environment, cwd=environment["PEERS_FOLDER"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SideFailed(_end_of(done.stderr))
    lines = done.stdout.splitlines()
    figures: dict[str, float] = json.loads(lines[-1]) if lines else {}
    return figures


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A process in a group of its own, all of which is killed at the end."""
    folder = Path(environment["PEERS_FOLDER"])
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        _kill_group(process)


def must_run(process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Raises SideFailed when a process that should work has ended."""
    if process.poll() is not None:
        raise SideFailed(_end_of((folder / LOG).read_text(errors="replace")))


@contextmanager
def peak_memory(pid: int) -> Iterator[list[float]]:
    """The highest sum of the resident memory of a process and its descendants, in MB, in the list's only item."""
    peak, done = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(psutil.Process(pid), peak, done), daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()


def _watch(process: psutil.Process, peak: list[float], done: threading.Event) -> None:
    while not done.wait(0.1):
        try:
            tree = [process, *process.children(recursive=True)]
            peak[0] = max(peak[0], sum(one.memory_info().rss for one in tree) / 1e6)
        except psutil.NoSuchProcess:
            continue


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end_of(text: str) -> str:
    return " / ".join(text.strip().splitlines()[-3:]) or "It said nothing."
