"""The shapes of logins, keys, users and the audit trail."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field, SecretStr

from dart_batch.domain.access.accounts import LONGEST_NAME, LONGEST_PASSWORD
from dart_batch.domain.access.actor import Entry
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.wire import Wire


class Login(Wire):
    """A name and its password."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    password: SecretStr = Field(max_length=LONGEST_PASSWORD)


class LoginLink(Wire):
    """The token of a one-time link."""

    token: SecretStr = Field(max_length=200)


class LoginWays(Wire):
    """What a login may begin with beside name, password and key; `elsewhere` is the name of an identity provider."""

    elsewhere: str | None


class NewPassword(Wire):
    """A new password; `current` may be empty while none was set."""

    current: SecretStr = Field(SecretStr(""), max_length=LONGEST_PASSWORD)
    new: SecretStr = Field(max_length=LONGEST_PASSWORD)


class Me(Wire):
    """Who calls. `csrfToken` goes into X-CSRF-Token with everything that changes something; null for a key."""

    name: str
    role: Role
    entry: Entry
    password_set: bool
    expires_at: str | None
    csrf_token: str | None


class NewKey(Wire):
    """A key to be made; without a name it is named for its role and id."""

    role: Role
    name: str = Field("", max_length=LONGEST_NAME, description="jobs it submits are owned by this name")
    expires: datetime | None = Field(None, description="with its zone; null: never")


class Key(Wire):
    """A key without its secret."""

    id: str
    name: str
    role: Role
    state: Literal["in-force", "expired", "revoked"]
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None


class MadeKey(Wire):
    """A new key; `secret` is told this once only."""

    key: Key
    secret: str


class Keys(Wire):
    """All keys, the oldest first."""

    items: list[Key]


class NewUser(Wire):
    """A user to be made, who logs in by a one-time link first."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME)
    role: Role


class UserRole(Wire):
    """Another role."""

    role: Role


class User(Wire):
    """Somebody who logs in on the page."""

    name: str
    role: Role
    created_at: str
    disabled_at: str | None
    password_set: bool


class Users(Wire):
    """All users, by name."""

    items: list[User]


class MadeLink(Wire):
    """A path on this server that logs a user in once, within 15 minutes; told this once only."""

    name: str
    path: str


class AuditEntry(Wire):
    """Who did what to which job, key or user, from where, with what it was before and after."""

    number: int
    at: str
    actor: str
    role: Role
    entry: Entry
    address: str
    act: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    hash: str


class AuditPage(Wire):
    """Entries, the newest first; `nextBefore` leads to the page behind, null at the end."""

    items: list[AuditEntry]
    next_before: int | None


class AuditFault(Wire):
    """Something that is wrong with the trail at this number."""

    number: int
    said: str


class AuditCheck(Wire):
    """`end` is the last entry as NUMBER:HASH; an untouched trail has no faults."""

    entries: int
    end: str
    faults: list[AuditFault]
