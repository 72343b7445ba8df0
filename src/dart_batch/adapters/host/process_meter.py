"""What one process uses of the machine, by psutil."""

import time

import psutil

from dart_batch.application.ports.workers import ProcessUsage

SHORTEST_SECONDS = 0.1


class ProcessMeter:
    """Measures the process it was made in; belongs to one thread at a time."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._at = self._process.create_time()
        self._spent = 0.0
        self._cpu = 0.0

    def sample(self) -> ProcessUsage:
        """Processor time since the sample before, in percent of one core, and resident memory.

        Two samples within a tenth of a second share their processor figure, which would mean nothing otherwise.
        """
        now = time.time()
        if now - self._at >= SHORTEST_SECONDS:
            times = self._process.cpu_times()
            spent = float(times.user + times.system)
            self._cpu = round(100.0 * max(0.0, spent - self._spent) / (now - self._at), 1)
            self._at, self._spent = now, spent
        return ProcessUsage(self._cpu, int(self._process.memory_info().rss))
