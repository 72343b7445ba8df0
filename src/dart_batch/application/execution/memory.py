"""The most memory a worker used between two looks."""

import threading
from collections.abc import Callable

SAMPLE_SECONDS = 0.05


class PeakMemory:
    """Samples in a thread of its own between `start` and `stop`, because the peak is inside of chunks."""

    def __init__(self, sample: Callable[[], int]) -> None:
        self._sample = sample
        self._peak = 0
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)

    def start(self) -> None:
        """Begin to sample."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._over.set()
        self._thread.join()

    def taken(self) -> int:
        """The most bytes since the last call."""
        now = self._sample()
        with self._lock:
            peak, self._peak = max(now, self._peak), 0
        return peak

    def _watch(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            now = self._sample()
            with self._lock:
                self._peak = max(self._peak, now)
