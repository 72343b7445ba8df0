"""The revisions of the schema make exactly the tables that the code uses."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from dart_batch.adapters.persistence.migration_tables import metadata


def test_the_revisions_make_the_tables_of_the_code(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []
