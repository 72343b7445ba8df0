"""What this process and the processes that compute for it use: memory, and processor time by job."""

import ctypes
import gc
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import psutil

from dart_batch.adapters.host.freed_memory import keep_freed_memory

RECENT_SECONDS = 0.1


class HostResources:
    """Implements Resources: keeps what memory this process frees until it is to be given back. `helpers` answers the
    ids of the processes that compute for this one.

    Polars computes in threads, and the pool in processes, that all jobs of a worker share, so their time cannot be
    told apart by job: it is divided equally among the jobs that work at that moment. For a job that runs alone this is
    exact, but for what else this process does.
    """

    def __init__(self, helpers: Callable[[], Sequence[int]]) -> None:
        keep_freed_memory()
        self._helpers = helpers
        self._lock = threading.Lock()
        self._working: set[JobMeter] = set()
        self._seen = self._processor_seconds()
        self._looked, self._recent = -RECENT_SECONDS, 0

    def memory_bytes(self) -> int:
        return sum(int(process.memory_info().rss) for process in self._family())

    def recent_memory_bytes(self) -> int:
        now = time.monotonic()
        if now - self._looked > RECENT_SECONDS:
            self._recent, self._looked = self.memory_bytes(), now
        return self._recent

    def give_back(self) -> None:
        gc.collect()
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)

    def meter(self) -> "JobMeter":
        return JobMeter(self)

    def joined(self, meter: "JobMeter") -> None:
        """One more job works."""
        with self._lock:
            self._settle()
            self._working.add(meter)

    def left(self, meter: "JobMeter") -> None:
        """A job pauses or ends."""
        with self._lock:
            self._settle()
            self._working.discard(meter)

    def settled(self) -> None:
        """Charge all jobs for what was used up to now."""
        with self._lock:
            self._settle()

    def _settle(self) -> None:
        now = self._processor_seconds()
        own = {meter: meter.own_seconds() for meter in self._working}
        shared = max(0.0, now - self._seen - sum(own.values()))
        self._seen = now
        for meter, seconds in own.items():
            meter.charge(seconds + shared / len(own))

    def _processor_seconds(self) -> float:
        helpers = sum(sum(process.cpu_times()[:2]) for process in self._family()[1:])
        return time.process_time() + float(helpers)

    def _family(self) -> list[psutil.Process]:
        found = [psutil.Process()]
        for pid in self._helpers():
            with suppress(psutil.NoSuchProcess):
                found.append(psutil.Process(pid))
        return found


class JobMeter:
    """Implements CpuMeter."""

    def __init__(self, resources: HostResources) -> None:
        self._resources = resources
        self._clock: int | None = None
        self._own = self._charged = 0.0

    def start(self) -> None:
        clock_of = getattr(time, "pthread_getcpuclockid", None)
        self._clock = None if clock_of is None else clock_of(threading.get_ident())
        self._own = self._thread_seconds()
        self._resources.joined(self)

    def stop(self) -> None:
        self._resources.left(self)

    def seconds(self) -> float:
        self._resources.settled()
        return self._charged

    def own_seconds(self) -> float:
        """Processor time of the job's thread since it was asked last."""
        before, self._own = self._own, self._thread_seconds()
        return self._own - before

    def _thread_seconds(self) -> float:
        """0 where a thread's clock cannot be read by others (macOS): its time then counts as everybody's."""
        return 0.0 if self._clock is None else time.clock_gettime(self._clock)

    def charge(self, seconds: float) -> None:
        """Add to what the job has used."""
        self._charged += seconds
