"""API keys: shown once, stored as SHA-256. A key holds 256 random bits, so a fast hash is enough."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.tables import api_keys

PREFIX = "dart_"


class Role(StrEnum):
    """What a key may do: read; also create jobs and control its own; everything."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls."""

    key_id: str
    name: str
    role: Role


class SqlApiKeys:
    """Keys in api_keys."""

    def __init__(self, writing: sa.Engine) -> None:
        self._engine = writing

    def create(self, key_id: str, name: str, role: Role, at: datetime) -> str:
        """Store a new key and answer its secret, which cannot be shown again."""
        secret = PREFIX + secrets.token_urlsafe(32)
        row = {"id": key_id, "name": name, "role": role.value, "key_hash": _hash(secret), "created_at": naive(at)}
        with self._engine.begin() as connection:
            connection.execute(api_keys.insert(), row)
        return secret

    def authenticate(self, secret: str) -> Principal | None:
        """Who holds this secret; null when nobody does, or the key was revoked."""
        query = sa.select(api_keys.c.id, api_keys.c.name, api_keys.c.role).where(
            api_keys.c.key_hash == _hash(secret), api_keys.c.revoked_at.is_(None)
        )
        with self._engine.execution_options(writing=False).connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else Principal(row.id, row.name, Role(row.role))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
