"""Things that one transaction at a time may decide. SQLite has one writer anyway; elsewhere a row stands for each."""

import sqlalchemy as sa

from dart_batch.adapters.persistence.cluster_tables import mutexes

CLAIM = "claim"
ADMISSION = "admission"
DEFINITIONS = "definitions"
AUDIT = "audit"
_HOLD = f"INSERT INTO {mutexes.name} (name) VALUES (%s) ON DUPLICATE KEY UPDATE name = name"  # noqa: S608


def hold(connection: sa.Connection, name: str) -> None:
    """Be the only transaction that holds this name until the transaction ends, waiting for another one's end first.

    What is read after it is what the transaction before has left.
    """
    if connection.dialect.name != "sqlite":
        connection.connection.cursor().execute(_HOLD, (name,))


def of_index(market: str, definition: str) -> str:
    """The name that stands for a live index."""
    return f"index {market} {definition}"
