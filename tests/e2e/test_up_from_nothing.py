"""`dart-batch up` in an empty home: data, key, index and page; Ctrl-C ends it; a second start repeats nothing."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def ask(port: int, path: str, key: str) -> dict[str, object]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        found: dict[str, object] = json.load(answer)
    return found


def key_in(lines: list[str]) -> str:
    return next(found.group(1) for line in lines if (found := re.search(r"#key=(\S+)$", line)))


def counts(home: Path) -> tuple[object, ...]:
    with sqlite3.connect(home / "dart-batch.db") as connection:
        tables = ("batch_jobs", "fear_greed_batch_history", "index_publications", "api_keys")
        return tuple(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)


def test_an_index_is_published_and_served_from_nothing_and_a_second_start_repeats_nothing(tmp_path: Path) -> None:
    port = free_port()
    with up(tmp_path, port) as first:
        key = key_in(first)
        published = ask(port, "/api/index", key)
    before = counts(tmp_path)

    with up(tmp_path, port) as second:
        again = ask(port, "/api/index", key_in(second))

    assert "is completed: 8,313 sessions" in first[0]
    assert any(line.startswith("US / us  2022-12-28") for line in first)
    assert f"Page   http://localhost:{port}/batch" in first
    assert key_in(second) == key
    assert again == published
    assert counts(tmp_path) == before
