"""The jobs that run in one worker at the same time, each in a thread of its own."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from dart_batch.application.execution.halting import Halt
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.priority import Priority


@dataclass(frozen=True, slots=True)
class Running:
    """Jobs in slots, run by one thread, and the way to ask them to stop."""

    jobs: list[BatchJob]
    halt: Halt
    thread: threading.Thread


class Slots:
    """At most `count` jobs at once. `changed` is set whenever a slot becomes free."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._running: dict[tuple[str, int], Running] = {}
        self._lock = threading.Lock()
        self.changed = threading.Event()

    @property
    def free(self) -> int:
        """Number of free slots."""
        with self._lock:
            return self._count - sum(len(one.jobs) for one in self._running.values())

    def held(self) -> list[str]:
        """Ids of the jobs that are under way."""
        with self._lock:
            return [job.id for one in self._running.values() for job in one.jobs]

    @property
    def brief(self) -> bool:
        """Whether brief jobs are under way."""
        with self._lock:
            return any(one.jobs[0].brief for one in self._running.values())

    def occupy(self, jobs: list[BatchJob], halt: Halt, work: Callable[[], object]) -> None:
        """Run `work` in a thread; the jobs' slots are free again when it ends. A job that was lost and won again may be
        there twice for a while, under two fences.
        """
        key = (jobs[0].id, jobs[0].fence)
        thread = threading.Thread(target=self._work, args=(key, work), name=f"job-{key[0]}", daemon=True)
        with self._lock:
            self._running[key] = Running(jobs, halt, thread)
        thread.start()

    def overtake(self, by: str, may_yield: Callable[[BatchJob], bool]) -> None:
        """Ask the LOW job that started last, of those that may yield, to give its slot up."""
        with self._lock:
            low = [
                one
                for one in self._running.values()
                if all(job.priority is Priority.LOW and may_yield(job) for job in one.jobs)
            ]
        if low and not any(one.halt.is_set() for one in low):
            low[-1].halt.ask(f"Overtaken by HIGH job {by}.")

    def join(self, timeout: float) -> bool:
        """Wait for all to end, up to `timeout` seconds each; true when none is left."""
        with self._lock:
            threads = [one.thread for one in self._running.values()]
        for thread in threads:
            thread.join(timeout)
        return not any(thread.is_alive() for thread in threads)

    def _work(self, key: tuple[str, int], work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            with self._lock:
                del self._running[key]
            self.changed.set()
