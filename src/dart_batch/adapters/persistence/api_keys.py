"""Who holds a key or a session. Secrets hold 256 random bits and are stored as SHA-256: a fast hash is enough."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dart_batch.adapters.persistence.access_tables import sessions, users
from dart_batch.adapters.persistence.accounts import KEY_COLUMNS, key_of
from dart_batch.adapters.persistence.moments import certain, naive
from dart_batch.adapters.persistence.tables import api_keys
from dart_batch.application.ports.clock import Clock
from dart_batch.domain.access.accounts import ApiKey
from dart_batch.domain.access.role import Role


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls; `id` is that of the key or user, `until` when it ends (null: never)."""

    key_id: str
    name: str
    role: Role
    until: datetime | None = None


class SqlApiKeys:
    """Looks secrets up."""

    def __init__(self, writing: sa.Engine, clock: Clock) -> None:
        self._engine = writing
        self._clock = clock

    def list(self) -> list[ApiKey]:
        """Every key without its secret, the oldest first."""
        query = sa.select(*KEY_COLUMNS).order_by(api_keys.c.created_at, api_keys.c.id)
        with self._engine.execution_options(begin="BEGIN").connect() as connection:
            return [key_of(row) for row in connection.execute(query)]

    def authenticate(self, secret: str) -> Principal | None:
        """Who holds this key; null when nobody does, or it was revoked or has expired."""
        open_ended = sa.or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > naive(self._clock.now()))
        query = sa.select(api_keys.c.id, api_keys.c.name, api_keys.c.role, api_keys.c.expires_at).where(
            api_keys.c.key_hash == _hash(secret), api_keys.c.revoked_at.is_(None), open_ended
        )
        return self._principal(query)

    def session(self, token: str) -> Principal | None:
        """Whose session this is; null when it is over or the user disabled."""
        query = (
            sa.select(users.c.id, users.c.name, users.c.role, sessions.c.expires_at)
            .join(users, users.c.id == sessions.c.user_id)
            .where(
                sessions.c.token_hash == _hash(token),
                sessions.c.expires_at > naive(self._clock.now()),
                users.c.disabled_at.is_(None),
            )
        )
        return self._principal(query)

    def used(self, moments: Mapping[str, datetime]) -> None:
        """Record when keys were used last, by id."""
        with self._engine.begin() as connection:
            for key_id, at in moments.items():
                connection.execute(api_keys.update().where(api_keys.c.id == key_id).values(last_used_at=naive(at)))

    def _principal(self, query: sa.Select[tuple[str, str, str, datetime]]) -> Principal | None:
        with self._engine.execution_options(begin="BEGIN").connect() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return Principal(row[0], row[1], Role(row[2]), certain(row[3]) if row[3] else None)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
