"""Keys, users and how long a login lasts."""

from dataclasses import dataclass
from datetime import datetime

from dart_batch.domain.access.errors import WeakPassword
from dart_batch.domain.access.role import Role

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it may be shown. It is in force unless it was revoked or has expired (null: never)."""

    id: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    def in_force(self, now: datetime) -> bool:
        """Whether it opens anything at that moment."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who logs in on the page; without `password_hash` only by a one-time link, or with the provider of the
    `identity`.
    """

    id: str
    name: str
    role: Role
    created_at: datetime
    password_hash: str | None = None
    disabled_at: datetime | None = None
    identity: str | None = None

    @property
    def lacks_password(self) -> bool:
        """Whether a password is still to be chosen."""
        return self.password_hash is None and self.identity is None


def check_password(password: str, name: str) -> None:
    """Raises WeakPassword for one that is too short, too long, or the user's own name."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        said = f"The password must have {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters."
        raise WeakPassword(said, field="password")
    if password.strip().lower() in (name.lower(), name.lower() * 2) or len(set(password)) < 4:
        raise WeakPassword("The password is too easy to guess.", field="password")
