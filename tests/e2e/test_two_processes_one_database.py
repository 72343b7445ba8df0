"""A server and the command line on one SQLite file at the same time."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from running_server import ask, free_port, key_in, up


def dart_batch(home: Path, *arguments: str) -> str:
    command = [str(Path(sys.executable).with_name("dart-batch")), *arguments]
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("DART_", "BATCH_"))}
    ran = subprocess.run(
        command, env=environment | {"DART_HOME": str(home)}, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def settled(port: int, key: str, job_id: str) -> str:
    """Status of the job, after waiting up to a minute for its end."""
    pause = threading.Event()
    for _ in range(300):
        status = ask(port, f"/api/batch/jobs/{job_id}", key)["status"]
        if status in ("COMPLETED", "FAILED"):
            break
        pause.wait(0.2)
    return str(status)


def test_a_command_beside_a_running_server_leaves_its_log_alone_and_its_worker_working(tmp_path: Path) -> None:
    port = free_port()
    with up(tmp_path, port) as lines:
        key = key_in(lines)
        dart_batch(tmp_path, "index", "list")
        kept = (tmp_path / "dart-batch.db-wal").exists()
        span = ("--from", "2020-01-01", "--to", "2020-03-31")
        queued = dart_batch(tmp_path, "backfill", "--market", "US", *span, "--overwrite", "--detach", "--yes", "--json")
        status = settled(port, key, json.loads(queued)["jobId"])
        shown = dart_batch(tmp_path, "jobs", "list", "--json")

    assert kept
    assert status == "COMPLETED"
    assert {job["status"] for job in json.loads(shown)["items"]} == {"COMPLETED"}
