"""How many workers the waiting work wants."""

from dataclasses import dataclass
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
