"""A real worker process whose job really allocates keeps to its memory limits."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("greedy_worker.py")
PER_SESSION = 8


def ended(home: Path, *, soft: int = 0, hard: int = 0) -> dict[str, Any]:
    paths = os.pathsep.join([str(ROOT / "tests"), str(ROOT / "src")])
    own = ("DART_", "BATCH_", "DATABASE_URL")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(own)}
    command = [sys.executable, str(PROGRAM), str(home), str(PER_SESSION), str(soft), str(hard)]
    done = subprocess.run(
        command, env=kept | {"PYTHONPATH": paths}, cwd=home, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_over_the_soft_limit_chunks_shrink_until_they_fit(tmp_path: Path) -> None:
    job = ended(tmp_path, soft=50)

    assert (job["status"], job["processed"], job["outcomes"]) == ("COMPLETED", 48, ["completed"])
    assert (job["sizes"][0], sum(job["sizes"])) == (16, 48)
    assert min(job["sizes"]) <= 4


def test_over_the_hard_limit_the_attempt_ends_and_the_job_is_finished_with_smaller_chunks(tmp_path: Path) -> None:
    job = ended(tmp_path, hard=100)

    assert (job["status"], job["processed"], job["outcomes"]) == ("COMPLETED", 48, ["over-memory", "completed"])
    assert job["sizes"] == [16, 8, 8, 8, 8]


def test_a_job_that_never_fits_fails_after_three_setbacks_and_keeps_what_it_did(tmp_path: Path) -> None:
    job = ended(tmp_path, hard=-20)

    assert (job["status"], job["failure"]) == ("FAILED", "memory-limit")
    assert job["outcomes"] == ["over-memory", "over-memory", "over-memory", "failed"]
    assert job["processed"] == 16 + 8 + 4 + 2
