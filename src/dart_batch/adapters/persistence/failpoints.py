"""Named places where a test can make this process or its database fail: DART_FAILPOINT=after:chunk:3=SIGKILL.

Reads as: after the third commit at boundary `chunk`, send this process SIGKILL. Unset, nothing happens. The kinds:

- the name of a signal: the process gets it;
- LOCKED: the database refuses the commit, as when another process holds its lock past the busy time-out;
- DROPPED: the connection is closed. After a commit this is the hardest case: it counts, and nobody heard of it.
"""

import os
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.pool import PoolProxiedConnection

from dart_batch.adapters.persistence.answers import LOCK_WAIT

Strike = Callable[[PoolProxiedConnection], None]


@dataclass(slots=True)
class Failpoint:
    """Counts passages of one place and strikes at the wanted one."""

    place: str
    passage: int
    strike: Strike
    seen: Counter[str] = field(default_factory=Counter)

    def __call__(self, place: str, connection: PoolProxiedConnection) -> None:
        self.seen[place] += 1
        if place == self.place and self.seen[place] == self.passage:
            self.strike(connection)


def failpoint_from_environment() -> Failpoint | None:
    """The failpoint named by DART_FAILPOINT; null when it is unset. Raises ValueError on a malformed one."""
    text = os.environ.get("DART_FAILPOINT")
    if not text:
        return None
    where, _, kind = text.partition("=")
    when, boundary, passage = where.split(":")
    return Failpoint(f"{when}:{boundary}", int(passage), _strike(kind))


def _strike(kind: str) -> Strike:
    if kind == "LOCKED":
        return locked
    if kind == "DROPPED":
        return _dropped
    if kind not in signal.Signals.__members__:
        raise ValueError(f"A failpoint's kind is LOCKED, DROPPED or the name of a signal, not {kind!r}.")
    return lambda _connection: os.kill(os.getpid(), signal.Signals[kind])


def locked(connection: PoolProxiedConnection) -> None:
    """Raise what this kind of database raises when a lock is not to be had in time."""
    if isinstance(connection.dbapi_connection, sqlite3.Connection):
        raise sqlite3.OperationalError("database is locked")
    from pymysql.err import OperationalError  # noqa: PLC0415

    raise OperationalError(LOCK_WAIT, "Lock wait timeout exceeded; try restarting transaction")


def _dropped(connection: PoolProxiedConnection) -> None:
    driver = connection.dbapi_connection
    if driver is not None:
        driver.close()
        driver.commit()
