"""Keys and users inside a unit of work."""

from datetime import datetime

import sqlalchemy as sa

from dart_batch.adapters.persistence.access_tables import users
from dart_batch.adapters.persistence.moments import aware, certain, naive
from dart_batch.adapters.persistence.tables import api_keys
from dart_batch.domain.access.accounts import ApiKey, User
from dart_batch.domain.access.errors import KeyNotFound
from dart_batch.domain.access.role import Role

KEY_COLUMNS = [column for column in api_keys.c if column.name != "key_hash"]


class SqlAccounts:
    """Implements Accounts inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def name_taken(self, name: str, now: datetime) -> bool:
        if self.user(name) is not None:
            return True
        rows = self._connection.execute(sa.select(*KEY_COLUMNS).where(api_keys.c.name == name).with_for_update())
        return any(key_of(row).in_force(now) for row in rows)

    def add_key(self, key: ApiKey, key_hash: str) -> None:
        row = {"id": key.id, "name": key.name, "role": key.role.value, "key_hash": key_hash}
        times = {"created_at": naive(key.created_at), "expires_at": naive(key.expires_at)}
        self._connection.execute(api_keys.insert(), row | times)

    def key(self, key_id: str) -> ApiKey:
        row = self._connection.execute(sa.select(*KEY_COLUMNS).where(api_keys.c.id == key_id)).first()
        if row is None:
            raise KeyNotFound(f"There is no key {key_id}.", key_id=key_id)
        return key_of(row)

    def revoke_key(self, key_id: str, at: datetime) -> None:
        self._connection.execute(api_keys.update().where(api_keys.c.id == key_id).values(revoked_at=naive(at)))

    def add_user(self, user: User) -> None:
        row = {"id": user.id, "name": user.name, "folded": folded(user.name), "role": user.role.value}
        rest = {"password_hash": user.password_hash, "created_at": naive(user.created_at), "identity": user.identity}
        self._connection.execute(users.insert(), row | rest)

    def user(self, name: str) -> User | None:
        return self._one(users.c.folded == folded(name))

    def user_of_identity(self, identity: str) -> User | None:
        return self._one(users.c.identity == identity)

    def users(self) -> list[User]:
        return [user_of(row) for row in self._connection.execute(sa.select(users).order_by(users.c.folded))]

    def set_password(self, user_id: str, password_hash: str) -> None:
        self._set(user_id, password_hash=password_hash)

    def set_role(self, user_id: str, role: Role) -> None:
        self._set(user_id, role=role.value)

    def set_disabled(self, user_id: str, at: datetime | None) -> None:
        self._set(user_id, disabled_at=naive(at))

    def _one(self, which: sa.ColumnElement[bool]) -> User | None:
        row = self._connection.execute(sa.select(users).where(which)).first()
        return None if row is None else user_of(row)

    def _set(self, user_id: str, **values: object) -> None:
        self._connection.execute(users.update().where(users.c.id == user_id).values(**values))


def folded(name: str) -> str:
    """The name as it is compared."""
    return name.strip().lower()


def key_of(row: sa.Row[tuple[object, ...]]) -> ApiKey:
    """A key without its hash."""
    return ApiKey(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        created_at=certain(row.created_at),
        expires_at=aware(row.expires_at),
        revoked_at=aware(row.revoked_at),
        last_used_at=aware(row.last_used_at),
    )


def user_of(row: sa.Row[tuple[object, ...]]) -> User:
    """A user as it was stored."""
    return User(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        created_at=certain(row.created_at),
        password_hash=row.password_hash,
        disabled_at=aware(row.disabled_at),
        identity=row.identity,
    )
