"""Why running work should stop at its next safe point."""

import threading

from dart_batch.application.ports.clock import StopSignal

SHUTDOWN = "The worker shuts down."


class Halt:
    """Asks one job to stop, either alone (with a reason of its own) or together with its whole worker."""

    def __init__(self, worker: StopSignal) -> None:
        self._worker = worker
        self._own = threading.Event()
        self._reason = SHUTDOWN

    @property
    def reason(self) -> str:
        """In words, for the job's log."""
        return self._reason

    def ask(self, reason: str) -> None:
        """Stop this job at its next chunk boundary."""
        self._reason = reason
        self._own.set()

    def is_set(self) -> bool:
        """Whether the job should stop."""
        return self._own.is_set() or self._worker.is_set()

    def wait(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds; true as soon as the worker stops, or when the job was asked to meanwhile."""
        return self._own.is_set() or self._worker.wait(timeout) or self._own.is_set()
