"""A worker starts without what only a cluster, or only other jobs, need."""

import os
import subprocess
import sys
from pathlib import Path

OF_A_CLUSTER = {"celery", "kombu", "redis", "pymysql"}
OF_OTHER_WORK = {"numpy", "argon2", "fastapi", "dart_batch.engine.report", "dart_batch.engine.validation"}
PROGRAM = (
    "import sys\n"
    "from dart_batch.bootstrap import build\n"
    "import dart_batch.entrypoints.cli.worker\n"
    "build().worker(alone=True)\n"
    "print(*sys.modules)"
)


def test_a_worker_imports_nothing_before_a_job_needs_it(tmp_path: Path) -> None:
    environment = {**os.environ, "DART_HOME": str(tmp_path)}

    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env=environment)

    assert set(ran.stdout.split()) & (OF_A_CLUSTER | OF_OTHER_WORK) == set()
