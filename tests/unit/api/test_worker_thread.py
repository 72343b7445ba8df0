"""The worker inside the server is replaced when it fails."""

import threading
from types import SimpleNamespace

import pytest

from dart_batch.domain.errors import Transient
from dart_batch.entrypoints.api.working import WorkerThread


class Workers:
    """Makes workers that fail once and then work until they are stopped."""

    def __init__(self, failure: Exception) -> None:
        self.settings = SimpleNamespace(batch_poll_seconds=0.001)
        self.failures = [failure]
        self.working = threading.Event()

    def worker(self) -> "Workers":
        return self

    def run(self, stop: threading.Event) -> None:
        if self.failures:
            raise self.failures.pop()
        self.working.set()
        stop.wait(10)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("failure", [Transient("The database is busy."), ValueError("nobody thought of that")])
def test_a_worker_that_fails_is_followed_by_another(failure: Exception) -> None:
    workers = Workers(failure)
    thread = WorkerThread(workers)  # type: ignore[arg-type]

    thread.start()
    replaced = workers.working.wait(10)
    thread.ask_to_stop()
    thread.join()

    assert replaced
