"""Whether a database may be the target of a move, and opening it."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.migration_tables import arrivals
from dart_batch.adapters.persistence.moving.rows import moved_tables
from dart_batch.domain.job.migration_errors import InstallationArriving, TargetNotEmpty, TargetUnsuited

FAMILIES = ("sqlite", "mysql", "mariadb")


def target_url(text: str, password: str, source: sa.URL) -> sa.URL:
    """The address with the password that is kept elsewhere. Raises TargetUnsuited."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise TargetUnsuited("The target is not a database URL.") from None
    if url.get_backend_name() not in FAMILIES:
        raise TargetUnsuited(f"A store on {url.get_backend_name()} is not supported.")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise TargetUnsuited("The target must be a file, not a database in memory.")
    if _place(url) == _place(source):
        raise TargetUnsuited("The target is the database that is to be moved.")
    return url.set(password=password) if password and url.username else url


def without_password(text: str) -> tuple[str, str]:
    """A database URL without its password, and the password; what is no URL is answered as it is."""
    try:
        url = make_url(text)
    except ArgumentError:
        return text, ""
    return url._replace(password=None).render_as_string(hide_password=False), url.password or ""


def refuse_used(url: sa.URL) -> None:
    """Look at a target that a new move would go to; opens and makes nothing that is not there.

    Raises TargetNotEmpty or DatabaseUnavailable.
    """
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return
    engine = session.create_engine(url.render_as_string(hide_password=False))
    try:
        with engine.connect() as connection:
            _refuse_foreign(connection)
            if schema.current_revision(engine) == schema.HEAD:
                refuse_rows(connection)
    except DBAPIError as error:
        raise session.DatabaseUnavailable(f"The target does not answer: {error.orig}.") from error
    finally:
        engine.dispose()


def refuse_rows(connection: sa.Connection) -> None:
    """Raises TargetNotEmpty when a table that is to be filled has rows, or another move is on its way there."""
    for table in [arrivals, *moved_tables()]:
        if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
            raise TargetNotEmpty(f"The target's table {table.name} has rows already.", table=table.name)


def refuse_unfinished(engine: sa.Engine) -> None:
    """Raises InstallationArriving for a database that an unfinished move is filling."""
    with engine.connect() as connection:
        query = sa.select(arrivals.c.move_id).where(arrivals.c.status == "ARRIVING")
        found = connection.execute(query).scalar()
    if found is not None:
        raise InstallationArriving(f"This database is the target of move {found}, which has not ended.", job_id=found)


def _refuse_foreign(connection: sa.Connection) -> None:
    names = set(sa.inspect(connection).get_table_names())
    ours = {table.name for table in arrivals.metadata.sorted_tables}
    if names and ("alembic_version" not in names or not (names & ours)):
        raise TargetNotEmpty(f"The target holds other tables: {', '.join(sorted(names)[:3])}.")
    if "alembic_version" in names and schema.current_revision(connection.engine) != schema.HEAD:
        raise TargetNotEmpty("The target holds an installation of another version.")


def _place(url: sa.URL) -> tuple[object, ...]:
    if url.get_backend_name() == "sqlite":
        return ("sqlite", Path(str(url.database)).expanduser().resolve())
    return (url.host or "localhost", url.port or 3306, url.database)
