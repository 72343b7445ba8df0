"""`dart-batch db`: the schema of the database."""

from typing import TYPE_CHECKING

import typer

from dart_batch.entrypoints.cli.console import out
from dart_batch.entrypoints.cli.teaching import examples

if TYPE_CHECKING:
    import sqlalchemy as sa

db_app = typer.Typer(
    help="Bring the database's schema up to date.",
    no_args_is_help=True,
    epilog="The embedded SQLite database upgrades itself; a server database waits for `dart-batch db upgrade`.",
)


@db_app.command("upgrade", epilog=examples("DATABASE_URL=sqlite:////srv/dart/dart-batch.db dart-batch db upgrade"))
def upgrade() -> None:
    """Migrate the database to the schema of this version."""
    from dart_batch.adapters.persistence import schema

    engine = _engine()
    before = schema.current_revision(engine)
    if before == schema.HEAD:
        out().print(f"The schema is up to date ({before}).")
    else:
        out().print(f"The schema is now at {schema.upgrade(engine)} (it was at {before or 'nothing'}).")


@db_app.command("current", epilog=examples("dart-batch db current"))
def current() -> None:
    """Print the database's revision and the one this version needs."""
    from dart_batch.adapters.persistence import schema

    out().print(f"{schema.current_revision(_engine()) or 'none'} (needed: {schema.HEAD})")


def _engine() -> "sa.Engine":
    from dart_batch.adapters.persistence import schema, session
    from dart_batch.settings import load_settings

    return session.create_engine(load_settings().database, session.Pool(answer_seconds=schema.UPGRADE_SECONDS))
