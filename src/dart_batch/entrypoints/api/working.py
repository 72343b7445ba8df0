"""The worker inside the server's process."""

import threading
from collections.abc import Callable
from contextlib import suppress

from dart_batch.application.ports.clock import StopSignal
from dart_batch.bootstrap import App
from dart_batch.domain.errors import Transient

STOP_SECONDS = 10.0


class WorkerThread:
    """Runs jobs, or does the `duty` it is given, until it is stopped, and begins anew if that should fail."""

    def __init__(self, core: App, duty: Callable[[StopSignal], None] | None = None) -> None:
        self._core = core
        self._duty = duty or (lambda stop: core.worker().run(stop))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def ask_to_stop(self) -> None:
        """Give the running job back at its next chunk boundary; returns at once."""
        self._stop.set()

    def join(self) -> None:
        """Wait for the end, up to 10 s; a job that takes longer is taken over when its lease has run out."""
        self._thread.join(STOP_SECONDS)

    def _work(self) -> None:
        """Whatever ends a worker before its time is told by its thread; then a new worker takes its place."""
        while not self._stop.is_set():
            one = threading.Thread(target=self._run, name="worker-run", daemon=True)
            one.start()
            one.join()
            self._stop.wait(self._core.settings.batch_poll_seconds)

    def _run(self) -> None:
        with suppress(Transient):
            self._duty(self._stop)
