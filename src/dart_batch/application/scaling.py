"""How many workers the waiting work wants."""

from dataclasses import dataclass, field
from math import ceil

MOST_WORKERS = 1000


@dataclass(frozen=True, slots=True)
class Backlog:
    """Work that is not done: jobs that could run and jobs that run, the sessions they still have to compute, seconds
    that a session took lately (null when none was computed), and seconds the oldest job has waited (0 when none waits).
    """

    queued: int
    running: int
    sessions: int
    seconds_per_session: float | None
    oldest_seconds: float

    @property
    def seconds(self) -> float | None:
        """Seconds of work for one worker; null when nobody knows how long a session takes."""
        return None if self.seconds_per_session is None else self.sessions * self.seconds_per_session


def wanted_workers(backlog: Backlog, target_seconds: float) -> int:
    """Workers (each runs one job at a time) that finish the backlog within the target: at least one while a job waits,
    as many as run already, never more than jobs; one for each job when its time is unknown, or when the oldest job has
    waited longer than the target. 0 for no work.
    """
    jobs = backlog.queued + backlog.running
    late = backlog.seconds is None or (backlog.queued > 0 and backlog.oldest_seconds > target_seconds)
    needed = jobs if late else ceil((backlog.seconds or 0.0) / target_seconds)
    return min(max(needed, backlog.running, min(1, jobs)), jobs, MOST_WORKERS)


@dataclass(slots=True)
class Autoscaler:
    """How many workers there should be, between `least` and `most`: more as soon as more are wanted, fewer only when
    fewer were wanted all through the last `calm_seconds`, so that a short lull stops nobody. Each worker runs `slots`
    jobs at once.
    """

    least: int
    most: int
    calm_seconds: float
    slots: int = 1
    _lately: list[tuple[float, int]] = field(default_factory=list)

    def target(self, wanted: int, now: float) -> int:
        """The number of workers at this moment, when `wanted` workers that run one job at a time are wanted. `now` is
        in seconds from any beginning.
        """
        self._lately = [(at, count) for at, count in self._lately if now - at < self.calm_seconds]
        self._lately.append((now, min(max(ceil(wanted / self.slots), self.least), self.most)))
        return max(count for _, count in self._lately)
