"""Brings a database's schema up to date. Alembic is imported only when there is something to do."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from dart_batch.adapters.persistence.session import DatabaseUnavailable, writing
from dart_batch.domain.errors import Fatal

HEAD = "0002"
_MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaOutdated(Fatal):
    """The database has another schema than this version needs."""

    code = "schema-outdated"
    hint = "Run `dart-batch db upgrade`."


def current_revision(engine: sa.Engine) -> str | None:
    """Revision of the database; null when it is empty. Raises DatabaseUnavailable when it cannot be read."""
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    except OperationalError as error:
        raise DatabaseUnavailable(f"The database does not answer: {error.orig}.") from error


def upgrade(engine: sa.Engine, revision: str = "head") -> str:
    """Migrate to `revision` and answer it. Two processes that do it at once come out the same."""
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with writing(engine).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return HEAD if revision == "head" else revision


def ensure(engine: sa.Engine) -> None:
    """Upgrade the embedded SQLite database by itself; elsewhere raise SchemaOutdated when it is not at the head."""
    if (found := current_revision(engine)) == HEAD:
        return
    if engine.dialect.name != "sqlite":
        raise SchemaOutdated(f"The database schema is at {found or 'nothing'}, this version needs {HEAD}.")
    upgrade(engine)
