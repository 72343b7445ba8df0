"""Definitions in index_definitions."""

from datetime import datetime

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.mutexes import DEFINITIONS, hold
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import definitions
from dart_batch.domain.index.definition import Definition

_BODY = Prepared(sa.select(definitions.c.body).where(definitions.c.content_hash == sa.bindparam("of")))


class SqlDefinitionStore:
    """Implements DefinitionStore inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def by_hash(self, content_hash: str) -> str | None:
        row = _BODY.run(self._connection, {"of": content_hash}).fetchone()
        return None if row is None else str(row[0])

    def list(self) -> list[str]:
        query = sa.select(definitions.c.body).order_by(definitions.c.name, definitions.c.version, definitions.c.variant)
        return list(self._connection.execute(query).scalars())

    def add(self, definition: Definition, body: str, at: datetime, by: str) -> None:
        hold(self._connection, DEFINITIONS)
        if self.by_hash(definition.content_hash) is not None:
            return
        row = {
            "content_hash": definition.content_hash,
            "name": definition.name,
            "version": definition.version,
            "variant": definition.variant,
            "body": body,
            "created_at": naive(at),
            "created_by": by,
        }
        self._connection.execute(definitions.insert(), row)
