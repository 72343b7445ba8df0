"""Create users, and change what they may do."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dart_batch.application.ports.access import Passwords
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from dart_batch.application.tokens import digest, new_token
from dart_batch.domain.access.accounts import LONGEST_NAME, User, check_password
from dart_batch.domain.access.actor import Actor
from dart_batch.domain.access.audit import Act
from dart_batch.domain.access.errors import NameTaken, UserNotFound
from dart_batch.domain.access.role import Role
from dart_batch.domain.job.errors import InvalidParameters

LINK_LASTS = timedelta(minutes=15)
_NAME = re.compile(rf"[\w][\w .@-]{{0,{LONGEST_NAME - 1}}}")


def check_name(name: str) -> str:
    """The name without outer spaces. Raises InvalidParameters for one that could not be told from another."""
    trimmed = name.strip()
    if not _NAME.fullmatch(trimmed):
        said = f"name must have 1 to {LONGEST_NAME} letters, digits, spaces or . @ - _, and begin with a letter."
        raise InvalidParameters(said, field="name")
    return trimmed


@dataclass(frozen=True, slots=True)
class ManageUsers:
    """One transaction per act, for admins only, who alone get past NotAllowed. All but `create` raise UserNotFound."""

    uow: UnitOfWorkFactory
    clock: Clock
    new_id: Callable[[], str]
    passwords: Passwords

    def create(self, name: str, role: Role, password: str | None, by: Actor) -> User:
        """A user; without a password one who logs in by a one-time link first. Raises NameTaken, WeakPassword."""
        by.refuse_less_than(Role.ADMIN)
        now, name = self.clock.now(), check_name(name)
        if password is not None:
            check_password(password, name)
        user = User(self.new_id(), name, role, now, self.passwords.hash(password) if password is not None else None)
        with self.uow() as uow:
            if uow.accounts.name_taken(name, now):
                raise NameTaken(f"The name {name} is taken.", field="name")
            uow.accounts.add_user(user)
            uow.audit.record(Act(now, by, "user.create", user.name, after={"role": role.value}))
            uow.commit("users")
        return user

    def all(self) -> list[User]:
        """Every user, by name."""
        with self.uow() as uow:
            return uow.accounts.users()

    def named(self, name: str) -> User:
        """The user of this name."""
        with self.uow() as uow:
            return self._user(uow, name)

    def has_password(self, name: str) -> bool:
        """Whether there is such a user, with a password here or elsewhere."""
        with self.uow() as uow:
            user = uow.accounts.user(name)
        return user is not None and not user.lacks_password

    def link(self, name: str, by: Actor) -> str:
        """The token of a link that logs the user in once, within LINK_LASTS."""
        by.refuse_less_than(Role.ADMIN)
        now, token = self.clock.now(), new_token()
        with self.uow() as uow:
            user = self._user(uow, name)
            uow.logins.add_link(digest(token), user.id, now, now + LINK_LASTS)
            uow.audit.record(Act(now, by, "user.link", user.name))
            uow.commit("users")
        return token

    def set_password(self, name: str, password: str, by: Actor) -> None:
        """Replace a user's password; all sessions of the user end. Raises WeakPassword."""
        by.refuse_less_than(Role.ADMIN)
        check_password(password, name)
        hashed = self.passwords.hash(password)
        self._change(name, by, "user.password", lambda uow, user, now: uow.accounts.set_password(user.id, hashed))

    def set_role(self, name: str, role: Role, by: Actor) -> None:
        """Give the user another role."""
        by.refuse_less_than(Role.ADMIN)
        self._change(name, by, "user.role", lambda uow, user, now: uow.accounts.set_role(user.id, role))

    def disable(self, name: str, by: Actor) -> None:
        """Let the user in no more; all sessions of the user end."""
        by.refuse_less_than(Role.ADMIN)
        self._change(name, by, "user.disable", lambda uow, user, now: uow.accounts.set_disabled(user.id, now))

    def enable(self, name: str, by: Actor) -> None:
        """Let a disabled user in again."""
        by.refuse_less_than(Role.ADMIN)
        self._change(name, by, "user.enable", lambda uow, user, now: uow.accounts.set_disabled(user.id, None))

    def _change(self, name: str, by: Actor, act: str, change: Callable[[UnitOfWork, User, datetime], None]) -> None:
        now = self.clock.now()
        with self.uow() as uow:
            user = self._user(uow, name)
            change(uow, user, now)
            uow.logins.close_all(user.id)
            after = _shown(self._user(uow, name))
            uow.audit.record(Act(now, by, act, user.name, before=_shown(user), after=after))
            uow.commit("users")

    def _user(self, uow: UnitOfWork, name: str) -> User:
        user = uow.accounts.user(name)
        if user is None:
            raise UserNotFound(f"There is no user {name}.", name=name)
        return user


def _shown(user: User) -> dict[str, object]:
    """What the audit trail tells of a user."""
    return {"role": user.role.value, "disabled": user.disabled_at is not None, "password": bool(user.password_hash)}
