"""Whether anything was committed to the database since the last look."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from dart_batch.adapters.persistence.session import unbegun

Rings = Callable[[], int]
BLIND_SECONDS = 0.1


class CommitWatch:
    """Over one connection of its own. On SQLite a look reads a counter in shared memory (some 10 microseconds). Servers
    have none: there `rings` counts how often nodes told of a commit; without it a look says yes every BLIND_SECONDS.
    """

    def __init__(self, connection: sa.Connection, rings: Rings | None = None) -> None:
        self._connection = connection
        self._counted = connection.dialect.name == "sqlite"
        self._rings = rings or _ticks
        self._version: object = None

    def moved(self) -> bool:
        """Whether another connection has committed since the call before; true at the first call."""
        now = self._connection.exec_driver_sql("PRAGMA data_version").scalar() if self._counted else self._rings()
        moved, self._version = now != self._version, now
        return moved


@contextmanager
def commits_of(engine: sa.Engine, rings: Rings | None = None) -> Iterator[CommitWatch]:
    """A watch on the whole database."""
    with unbegun(engine).connect() as connection:
        yield CommitWatch(connection, rings)


def _ticks() -> int:
    return int(time.monotonic() / BLIND_SECONDS)
