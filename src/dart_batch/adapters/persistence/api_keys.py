"""API keys: shown once, stored as SHA-256. A key holds 256 random bits, so a fast hash is enough."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dart_batch.adapters.persistence.moments import aware, naive
from dart_batch.adapters.persistence.tables import api_keys
from dart_batch.domain.access.role import Role
from dart_batch.domain.errors import NotFound

PREFIX = "dart_"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls."""

    key_id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A key as it may be shown; `revoked_at` is null while it is in force."""

    id: str
    name: str
    role: Role
    created_at: datetime | None
    revoked_at: datetime | None


class KeyNotFound(NotFound):
    """No key in force has this id."""

    code = "key-not-found"
    hint = "See `dart-batch keys list` for the ids."


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

    def list(self) -> list[KeyFacts]:
        """Every key without its secret, the oldest first."""
        columns = (api_keys.c.id, api_keys.c.name, api_keys.c.role, api_keys.c.created_at, api_keys.c.revoked_at)
        query = sa.select(*columns).order_by(api_keys.c.created_at, api_keys.c.id)
        with self._engine.execution_options(begin="BEGIN").connect() as connection:
            return [
                KeyFacts(row.id, row.name, Role(row.role), aware(row.created_at), aware(row.revoked_at))
                for row in connection.execute(query)
            ]

    def revoke(self, key_id: str, at: datetime) -> None:
        """End a key for good. Raises KeyNotFound when no key that is in force has this id."""
        statement = api_keys.update().where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
        with self._engine.begin() as connection:
            changed = connection.execute(statement.values(revoked_at=naive(at))).rowcount
        if not changed:
            raise KeyNotFound(f"No key in force has the id {key_id}.", key_id=key_id)

    def authenticate(self, secret: str) -> Principal | None:
        """Who holds this secret; null when nobody does, or the key was revoked."""
        query = sa.select(api_keys.c.id, api_keys.c.name, api_keys.c.role).where(
            api_keys.c.key_hash == _hash(secret), api_keys.c.revoked_at.is_(None)
        )
        with self._engine.execution_options(begin="BEGIN").connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else Principal(row.id, row.name, Role(row.role))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
