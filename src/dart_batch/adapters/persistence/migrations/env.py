"""Alembic's entry: runs on the connection that schema.upgrade hands over."""

from alembic import context

from dart_batch.adapters.persistence.every_table import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
