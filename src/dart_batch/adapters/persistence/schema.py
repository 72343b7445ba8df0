"""Brings a database's schema up to date. Alembic is imported only when there is something to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from dart_batch.adapters.persistence.answers import NO_ANSWER
from dart_batch.adapters.persistence.session import DatabaseUnavailable, writing
from dart_batch.domain.errors import Fatal

_MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = max(path.name[:4] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))
UPGRADE_SECONDS = 600


class SchemaOutdated(Fatal):
    """The database has another schema than this version needs."""

    code = "schema-outdated"
    hint = "Run `dart-batch db upgrade`."


class SchemaNewer(Fatal):
    """A later version has upgraded the database."""

    code = "schema-newer"
    hint = "Install the version that upgraded it, or restore the backup from before."


def current_revision(engine: sa.Engine) -> str | None:
    """Revision of the database; null when it is empty. Raises DatabaseUnavailable when it cannot be read."""
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    except NO_ANSWER as error:
        raise DatabaseUnavailable(f"The database does not answer: {getattr(error, 'orig', error)}.") from error


def upgrade(engine: sa.Engine, revision: str = "head") -> str:
    """Migrate to `revision` and answer it. Two processes that do it at once come out the same.

    Raises SchemaNewer, and DatabaseUnavailable when another process does not come to an end with it. On MariaDB and
    MySQL an upgrade cannot be taken back as a whole: after one that was killed, restore the backup, or drop what it
    made.
    """
    _refuse_newer(current_revision(engine))
    with _alone(engine), writing(engine).begin() as connection:
        _command("upgrade", connection, revision)
    return HEAD if revision == "head" else revision


def downgrade(engine: sa.Engine, revision: str) -> None:
    """Take migrations back until the database is at `revision` ("base": empty)."""
    with _alone(engine), writing(engine).begin() as connection:
        _command("downgrade", connection, revision)


def _command(verb: str, connection: sa.Connection, revision: str) -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    getattr(command, verb)(config, revision)


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[None]:
    """Where statements on the schema end the transaction that should protect them, a named lock does it."""
    if engine.dialect.name == "sqlite":
        yield
        return
    name = sa.func.concat(sa.func.database(), ".dart-batch-schema")
    with engine.connect() as connection:
        if connection.execute(sa.select(sa.func.get_lock(name, UPGRADE_SECONDS))).scalar() != 1:
            raise DatabaseUnavailable("Another process migrates the schema and does not end.")
        connection.commit()
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.release_lock(name)))


def ensure(engine: sa.Engine) -> None:
    """Upgrade the embedded SQLite database by itself; elsewhere raise SchemaOutdated when it is behind. Raises
    SchemaNewer when it is ahead; processes of this version that run already go on, since revisions only add.
    """
    if (found := current_revision(engine)) == HEAD:
        return
    _refuse_newer(found)
    if engine.dialect.name != "sqlite":
        raise SchemaOutdated(f"The database schema is at {found or 'nothing'}, this version needs {HEAD}.")
    upgrade(engine)


def _refuse_newer(found: str | None) -> None:
    if found is not None and found > HEAD:
        raise SchemaNewer(f"The database schema is at {found}, this version knows none later than {HEAD}.")
