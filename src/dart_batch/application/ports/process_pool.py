"""Processes of this machine that compute for a worker."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Protocol

from dart_batch.domain.errors import Transient


class ProcessLost(Transient):
    """A process of the pool died while it computed (killed, or out of memory); a new one takes its place."""

    code = "process-lost"
    hint = "If it happens again, lower BATCH_PARALLEL_PROCESSES or the chunk size: memory may be short."


class RemoteFailure(Exception):
    """What a task raised in its process, in words; its traceback there is a note of this one."""


class ProcessPool(Protocol):
    """`size` lanes, each a process that does one task after the other. All processes end with this one."""

    @property
    def size(self) -> int:
        """Number of lanes."""
        ...

    def submit(self, lane: int, task: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Let the process of a lane call the task, behind what it was given before. Lanes are counted modulo `size`.

        Task, arguments and answer must be picklable. The future raises ProcessLost when the process died during this
        task (those behind it run in a new process), a DartBatchError as the task raised it, and RemoteFailure for
        anything else.
        """
        ...
