"""What this process and its children use of the machine."""

import threading
import time
from dataclasses import dataclass, field

import psutil

FRESH_SECONDS = 1.0
MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """Resident memory in bytes, and processor time in percent of all cores since the sample before."""

    memory: int
    cpu: float

    @property
    def memory_text(self) -> str:
        """Whole megabytes, as in 245MB."""
        return f"{round(self.memory / MEGABYTE)}MB"


@dataclass(slots=True)
class UsageMeter:
    """Samples the process tree. Callers within a second share a sample, so that each spans enough time to mean much."""

    _root: psutil.Process = field(default_factory=psutil.Process)
    _last: Usage | None = None
    _at: float = 0.0
    _spent: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sample(self) -> Usage:
        """The present figures; the first one counts processor time from the start of the process."""
        with self._lock:
            now = time.time()
            if self._last is None or now - self._at >= FRESH_SECONDS:
                self._last = self._measured(now)
            return self._last

    def _measured(self, now: float) -> Usage:
        tree = [self._root, *self._root.children(recursive=True)]
        parts = [_of_process(process) for process in tree]
        spent = sum(part[1] for part in parts)
        since = self._at or self._root.create_time()
        share = max(0.0, spent - self._spent) / max(now - since, 1e-9) / (psutil.cpu_count() or 1)
        self._at, self._spent = now, spent
        return Usage(sum(part[0] for part in parts), round(min(100.0, 100.0 * share), 1))


def _of_process(process: psutil.Process) -> tuple[int, float]:
    try:
        times = process.cpu_times()
        return int(process.memory_info().rss), float(times.user + times.system)
    except psutil.Error:
        return 0, 0.0
