"""Which errors of a database may pass when the same is tried again."""

import sqlite3
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import ExceptionContext

from dart_batch.domain.errors import Transient

LOCK_WAIT, DEADLOCK, DUPLICATE = 1205, 1213, 1062
_FULL = (1021, 1040, 1041, 1114, 1203)
_READ_ONLY = (1290, 1792, 1836, 3100)
_GONE = (1053, 1077, 1152, 1158, 1159, 1160, 1161, 1317, 1927, 2002, 2003, 2006, 2013, 2014, 2045, 2055, 4031)
_PASSING = frozenset({LOCK_WAIT, DEADLOCK, DUPLICATE, *_FULL, *_READ_ONLY, *_GONE})


class DatabaseBusy(Transient):
    """The database was locked, gone or out of room for the moment, or another process was quicker."""

    code = "database-busy"
    hint = "Try again; if it lasts, see `dart-batch doctor`."


NO_ANSWER = (exc.OperationalError, DatabaseBusy)


def told(engine: sa.Engine) -> None:
    """Let every statement of the engine raise DatabaseBusy for what may pass."""
    sa.event.listen(engine, "handle_error", _tell, retval=True)


def _tell(context: ExceptionContext) -> DatabaseBusy | None:
    error, engine = context.original_exception, context.engine
    return busy(error) if engine is not None and not context.is_pre_ping and passing(engine, error) else None


def passing(engine: sa.Engine, error: BaseException | None) -> bool:
    """Whether trying again may help: SQLite is locked or full; MariaDB and MySQL are gone, full, switching over, or
    another transaction was in the way (lock wait, deadlock, the same new row).
    """
    if isinstance(error, exc.TimeoutError):
        return True
    cause = getattr(error, "orig", error)
    dbapi = engine.dialect.loaded_dbapi
    if engine.dialect.name == "sqlite":
        refused = getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
        return isinstance(cause, dbapi.OperationalError) and not refused
    return isinstance(cause, dbapi.Error) and (_number(cause) in _PASSING or _closed(cause))


def busy(error: BaseException) -> DatabaseBusy:
    """What a caller is told about an error that may pass."""
    return DatabaseBusy(f"The database did not answer: {getattr(error, 'orig', error)}.")


def _number(cause: Any) -> int | None:
    return cause.args[0] if cause.args and isinstance(cause.args[0], int) else None


def _closed(cause: Any) -> bool:
    """PyMySQL says (0, '') about a connection that it has closed itself."""
    return tuple(cause.args) == (0, "")
