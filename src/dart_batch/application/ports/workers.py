"""Who works, and whether they still do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WorkerIdentity:
    """A worker process. (host, boot_id, pid, pid_started) names one process for ever: a pid alone is reused.

    `alone` says that the process does nothing but work, so that it may be killed when it does not obey.
    """

    id: str
    host: str
    boot_id: str
    pid: int
    pid_started: float
    alone: bool = False


@dataclass(frozen=True, slots=True)
class ProcessUsage:
    """`cpu_percent` of one core (200: two are busy) since the figure before; `rss_bytes` is resident memory."""

    cpu_percent: float
    rss_bytes: int


class WorkerRegistry(Protocol):
    """Workers as they announce themselves."""

    def register(self, worker: WorkerIdentity, slots: int, at: datetime) -> None:
        """A worker begins; it runs at most `slots` jobs at once."""
        ...

    def beat(self, worker_id: str, usage: ProcessUsage, at: datetime) -> None:
        """The worker is alive, and this is what its process uses."""
        ...

    def leave(self, worker_id: str, at: datetime) -> None:
        """The worker ended in good order."""
        ...

    def holding(self) -> list[WorkerIdentity]:
        """Workers that hold the lease of at least one running job."""
        ...

    def named(self, worker_id: str) -> WorkerIdentity | None:
        """The worker with this id; null when it never announced itself."""
        ...


class Processes(Protocol):
    """What this machine knows about processes."""

    def identity(self, *, alone: bool = False) -> WorkerIdentity:
        """This process, with a new worker id."""
        ...

    def usage(self) -> ProcessUsage:
        """What this process uses; processor time since the call before, in the first call since it began."""
        ...

    def is_dead(self, worker: WorkerIdentity) -> bool:
        """True only when it is certain: a process of this host that is gone, or of an earlier boot."""
        ...

    def kill(self, worker: WorkerIdentity) -> bool:
        """End the process at once; false when it is not alone, of another host, or gone."""
        ...
