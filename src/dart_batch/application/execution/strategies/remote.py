"""What runs in a process of the pool: a job's way to compute chunks, unpacked once and kept while the job needs it."""

import pickle
from collections.abc import Callable
from typing import Any

from dart_batch.domain.errors import Transient
from dart_batch.domain.job.chunk import Chunk

_READY: dict[str, Callable[[Chunk], Any]] = {}


def packed(process: Callable[[Chunk], Any]) -> bytes:
    """A way to compute chunks, as it travels."""
    return pickle.dumps(process, pickle.HIGHEST_PROTOCOL)


class Unprepared(Transient):
    """Nothing is kept under the key, because another process was, and none came along."""

    code = "unprepared"


def compute(key: str, process: bytes | None, chunk: Chunk) -> Any:
    """What the chunk comes to, by the process that is kept under the key or else comes along. Raises Unprepared."""
    if key not in _READY:
        if process is None:
            raise Unprepared(f"This process does not know {key}.")
        _READY[key] = pickle.loads(process)  # noqa: S301  made by `packed` in the parent
    return _READY[key](chunk)


def forget(key: str) -> None:
    """Keep nothing under the key any longer."""
    _READY.pop(key, None)
