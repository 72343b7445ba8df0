"""A real `dart-batch up` in a home of its own, from its start to an exit in good order."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LAST_LINE = "Ctrl-C stops everything."
TIMEOUT = 180


@contextmanager
def up(home: Path, port: int) -> Iterator[list[str]]:
    """The lines on stdout until everything runs. At the end Ctrl-C, and an exit in good order."""
    command = [str(Path(sys.executable).with_name("dart-batch")), "up", "--port", str(port)]
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("DART_", "BATCH_"))}
    process = subprocess.Popen(
        command,
        env=environment | {"DART_HOME": str(home), "DATABASE_URL": "", "PYTHONUNBUFFERED": "1"},
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield list(_lines(process))
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=TIMEOUT)
        assert process.returncode == 0, said
        assert "Traceback" not in said
    finally:
        process.kill()
        process.wait()


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line.rstrip()
        if line.startswith(LAST_LINE):
            return


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def key_in(lines: list[str]) -> str:
    """The key in the file that `up` names."""
    return next(Path(line.removeprefix("Key").strip()) for line in lines if line.startswith("Key ")).read_text().strip()


def ask(port: int, path: str, key: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The JSON answer to a GET, or to a POST of `body`."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}",
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        data=None if body is None else json.dumps(body).encode(),
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
