"""Keys, users, logins and the audit trail inside one transaction; and the hashing of passwords."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from dart_batch.domain.access.accounts import ApiKey, User
from dart_batch.domain.access.audit import Act
from dart_batch.domain.access.role import Role
from dart_batch.domain.access.throttle import Failures


class AuditTrail(Protocol):
    """Append-only. What is recorded is written with the commit, behind the end that the chain has then."""

    def record(self, act: Act) -> None:
        """Keep the act, if the transaction is committed."""
        ...


class Accounts(Protocol):
    """API keys and users. Secrets come and go as hashes only."""

    def name_taken(self, name: str, now: datetime) -> bool:
        """Whether a user or a key in force has the name. Locked until the transaction ends."""
        ...

    def add_key(self, key: ApiKey, key_hash: str) -> None:
        """Store a new key."""
        ...

    def key(self, key_id: str) -> ApiKey:
        """Raises KeyNotFound."""
        ...

    def revoke_key(self, key_id: str, at: datetime) -> None:
        """End a key for good."""
        ...

    def add_user(self, user: User) -> None:
        """Store a new user."""
        ...

    def user(self, name: str) -> User | None:
        """The user of this name, in whatever case it is written."""
        ...

    def user_of_identity(self, identity: str) -> User | None:
        """The user whom a provider knows by this key."""
        ...

    def users(self) -> list[User]:
        """Every user, by name."""
        ...

    def set_password(self, user_id: str, password_hash: str) -> None:
        """Replace the password."""
        ...

    def set_role(self, user_id: str, role: Role) -> None:
        """Replace the role."""
        ...

    def set_disabled(self, user_id: str, at: datetime | None) -> None:
        """Disable at this moment, or enable with null."""
        ...


class Logins(Protocol):
    """Sessions of the page, one-time links, and failures."""

    def open(self, token_hash: str, user_id: str, at: datetime, until: datetime) -> None:
        """Begin a session; sessions and links that are over go at the same time."""
        ...

    def close(self, token_hash: str) -> None:
        """End a session; no effect on one that is not there."""
        ...

    def close_all(self, user_id: str, but: str = "") -> None:
        """End all sessions and links of a user, but for one session."""
        ...

    def add_link(self, token_hash: str, user_id: str, at: datetime, until: datetime) -> None:
        """Store a one-time link."""
        ...

    def use_link(self, token_hash: str, now: datetime) -> User | None:
        """The user of a link that may be used now, which thereby was used; null for any other."""
        ...

    def failures(self, subjects: Iterable[str]) -> Mapping[str, Failures]:
        """What failed before. Locked until the transaction ends."""
        ...

    def set_failures(self, subject: str, count: Failures | None) -> None:
        """Replace what failed before; null forgets it."""
        ...


class Passwords(Protocol):
    """Hashes of passwords, slow on purpose."""

    def hash(self, password: str) -> str:
        """A salted hash."""
        ...

    def verify(self, password_hash: str | None, password: str) -> bool:
        """Whether the password is the hash's; takes as long without a hash, and is then false."""
        ...
