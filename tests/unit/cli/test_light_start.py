"""The embedded product starts without what only a cluster needs."""

import subprocess
import sys

OF_A_CLUSTER = {"celery", "kombu", "redis", "pymysql"}


def test_the_embedded_default_imports_nothing_that_only_a_cluster_needs() -> None:
    program = "import sys, dart_batch.bootstrap, dart_batch.entrypoints.cli.worker; print(*sys.modules)"

    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert not OF_A_CLUSTER & set(found.stdout.split())
