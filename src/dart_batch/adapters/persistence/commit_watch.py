"""Whether anything was committed to the database since the last look."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from dart_batch.adapters.persistence.session import unbegun


class CommitWatch:
    """Over one connection of its own. On SQLite a look reads a counter in shared memory (some 10 microseconds); other
    databases have none, and each look says yes.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._counted = connection.dialect.name == "sqlite"
        self._version: object = None

    def moved(self) -> bool:
        """Whether another connection has committed since the call before; true at the first call."""
        if not self._counted:
            return True
        now = self._connection.exec_driver_sql("PRAGMA data_version").scalar()
        moved, self._version = now != self._version, now
        return moved


@contextmanager
def commits_of(engine: sa.Engine) -> Iterator[CommitWatch]:
    """A watch on the whole database."""
    with unbegun(engine).connect() as connection:
        yield CommitWatch(connection)
