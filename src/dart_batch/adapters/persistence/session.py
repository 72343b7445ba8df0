"""Engines. On SQLite a unit of work takes the write lock at its start, so a read inside it cannot grow stale."""

import errno
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.exc import ArgumentError

from dart_batch.adapters.persistence.answers import told
from dart_batch.domain.errors import Fatal

BUSY_TIMEOUT_MS = 30_000
_PRAGMAS = (
    "page_size=16384",
    "journal_mode=WAL",
    "synchronous=NORMAL",
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    "cache_size=-16000",
    "wal_autocheckpoint=1000",
)
LOCK_WAIT_SECONDS = 10
IDLE_TRANSACTION_SECONDS = 20
_SERVER_SESSION = (
    "SET SESSION time_zone = '+00:00', sql_mode = 'TRADITIONAL', wait_timeout = 3600, "
    "optimizer_switch = 'materialization=off', "
    f"innodb_lock_wait_timeout = {LOCK_WAIT_SECONDS} /*M! , idle_transaction_timeout = {IDLE_TRANSACTION_SECONDS} */"
)
_URL_HINT = "Write it as sqlite:////path/to/file.db or mysql+pymysql://user:password@host/name, or leave it unset."


class DatabaseUnavailable(Fatal):
    """The database cannot be opened or written."""

    code = "database-unavailable"


@dataclass(frozen=True, slots=True)
class Pool:
    """Connections to a server that a process keeps (twice as many may be open for a while), and the seconds after which
    one that gives no answer counts as lost.
    """

    size: int = 10
    answer_seconds: float = 30.0


DEFAULT_POOL = Pool()


def create_engine(url: str, pool: Pool = DEFAULT_POOL) -> sa.Engine:
    """An engine for DATABASE_URL. SQLite runs in WAL mode with synchronous=NORMAL: a killed process loses nothing,
    a power cut may lose the last commits as a whole, which the ledger then repeats. On MariaDB and MySQL every
    statement sees what is committed when it begins (READ COMMITTED); see `reading` for reads of several statements.

    Raises DatabaseUnavailable when the URL is malformed, its driver is not installed, or a SQLite file's folder
    cannot be made or written.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite_engine(parsed)
        return _server_engine(parsed, pool)
    except ArgumentError as error:
        raise DatabaseUnavailable("DATABASE_URL is not a database URL.", hint=_URL_HINT) from error
    except ModuleNotFoundError as error:
        hint = f"Install it: pip install {error.name}"
        raise DatabaseUnavailable(f"The database driver {error.name} is not installed.", hint=hint) from error


def _server_engine(url: sa.URL, pool: Pool, isolation: IsolationLevel = "READ COMMITTED") -> sa.Engine:
    arguments: dict[str, Any] = {}
    if url.get_driver_name() == "pymysql":
        arguments = {
            "charset": "utf8mb4",
            "init_command": _SERVER_SESSION,
            "connect_timeout": min(10.0, pool.answer_seconds),
            "read_timeout": pool.answer_seconds,
            "write_timeout": pool.answer_seconds,
        }
    engine = sa.create_engine(
        url,
        connect_args=arguments,
        isolation_level=isolation,
        pool_pre_ping=True,
        pool_size=pool.size,
        max_overflow=pool.size,
        pool_recycle=1800,
    )
    told(engine)
    return engine


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    """As many connections as threads ask for: a running job keeps one, and a wait for one under the gate never ends."""
    if url.database:
        _make_folder(Path(url.database).expanduser())
    arguments = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
    engine = sa.create_engine(url, connect_args=arguments, pool_reset_on_return=None, max_overflow=-1)
    sa.event.listen(engine, "connect", _configure_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(file: Path) -> None:
    """Make what is absent, and open nothing that exists: closing any descriptor of the file would end the locks that
    SQLite holds on it for this process, and another process would then clear the log away under it.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch()
        if not os.access(file, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as error:
        raise DatabaseUnavailable(
            f"The database file {file} cannot be written: {error.strerror}.",
            hint="Make the folder writable, or set DATABASE_URL or DART_HOME to another place.",
        ) from error


def _configure_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: sa.Connection) -> None:
    mode = connection.get_execution_options().get("begin", "BEGIN")
    if mode:
        connection.connection.cursor().execute(mode)


def writing(engine: sa.Engine) -> sa.Engine:
    """The same engine and pool for transactions that write."""
    return engine.execution_options(begin="BEGIN IMMEDIATE")


def unbegun(engine: sa.Engine) -> sa.Engine:
    """The same engine and pool for a unit of work, which begins its transactions itself."""
    return engine.execution_options(begin=None)


def reading(engine: sa.Engine, pool: Pool = DEFAULT_POOL) -> sa.Engine:
    """An engine for reads of several statements, which all see the same moment: on SQLite the same engine; elsewhere
    one with a pool of its own, in REPEATABLE READ.
    """
    if engine.dialect.name == "sqlite":
        return engine
    return _server_engine(engine.url, pool, "REPEATABLE READ")


def gate(engine: sa.Engine) -> "Lock | None":
    """A lock for the writing threads of this process where the database has only one writer; null elsewhere."""
    return Lock() if engine.dialect.name == "sqlite" else None
