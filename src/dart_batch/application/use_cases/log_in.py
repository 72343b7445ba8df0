"""Log in and out of the page."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dart_batch.application.ports.access import Passwords
from dart_batch.application.ports.clock import Clock
from dart_batch.application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory
from dart_batch.application.tokens import csrf_token, digest, new_token
from dart_batch.domain.access.accounts import User, check_password
from dart_batch.domain.access.actor import Actor, Entry
from dart_batch.domain.access.audit import Act
from dart_batch.domain.access.errors import LoginRefused, PasswordElsewhere, TooManyLogins, WrongPassword
from dart_batch.domain.access.role import Role
from dart_batch.domain.access.throttle import Failures, limits, wait_seconds

SOMEBODY = "(unknown account)"


@dataclass(frozen=True, slots=True)
class Session:
    """A login that has begun; `token` goes into the cookie and is told nowhere else."""

    token: str
    user: User
    until: datetime

    @property
    def csrf(self) -> str:
        return csrf_token(self.token)


@dataclass(frozen=True, slots=True)
class LogIn:
    """A try counts as a failure before the password is looked at, so that tries at the same time cannot outrun the
    limits. Known and unknown accounts are answered alike and take as long.
    """

    uow: UnitOfWorkFactory
    clock: Clock
    passwords: Passwords
    lasts: timedelta

    def __call__(self, name: str, password: str, address: str) -> Session:
        """A new session. Raises LoginRefused, or TooManyLogins with the seconds to wait."""
        allowed = limits(name, address)
        user = self._counted(name, allowed)
        fits = self.passwords.verify(user.password_hash if user else None, password)
        if user is None or not fits or user.disabled_at is not None:
            self.failed(user, address)
            raise LoginRefused("Name and password do not belong together.")
        with self.uow() as uow:
            for subject in allowed:
                uow.logins.set_failures(subject, None)
            session = self.opened(uow, user, address, "login")
            uow.commit("login")
        return session

    def by_link(self, token: str, address: str) -> Session:
        """A new session by a one-time link, which is used up. Raises LoginRefused."""
        with self.uow() as uow:
            user = uow.logins.use_link(digest(token), self.clock.now())
            if user is not None:
                session = self.opened(uow, user, address, "login.link")
                uow.commit("login")
                return session
        raise LoginRefused("This link was used already, or has expired.")

    def out(self, token: str, by: Actor) -> None:
        """End the session of this token."""
        with self.uow() as uow:
            uow.logins.close(digest(token))
            uow.audit.record(Act(self.clock.now(), by, "logout", by.name))
            uow.commit("login")

    def opened(self, uow: UnitOfWork, user: User, address: str, act: str) -> Session:
        """A session of somebody who was let in, as part of a transaction."""
        now, token = self.clock.now(), new_token()
        session = Session(token, user, now + self.lasts)
        uow.logins.open(digest(token), user.id, now, session.until)
        uow.audit.record(Act(now, Actor(user.name, user.role, Entry.PAGE, address), act, user.name))
        return session

    def failed(self, user: User | None, address: str) -> None:
        """Keep in the audit trail that somebody was not let in; an unknown name is not kept, it may be a password."""
        named = user.name if user else SOMEBODY
        by = Actor(named, user.role if user else Role.VIEWER, Entry.PAGE, address)
        with self.uow() as uow:
            uow.audit.record(Act(self.clock.now(), by, "login.failed", named))
            uow.commit("login")

    def change_password(self, by: Actor, token: str, current: str, new: str) -> None:
        """Replace the password of the caller, whose other sessions end; a first one needs no current one.

        Raises WrongPassword when the current password is another, TooManyLogins, WeakPassword, PasswordElsewhere.
        """
        check_password(new, by.name)
        user = self._counted(by.name, limits(by.name, by.address))
        if user is not None and user.identity is not None and user.password_hash is None:
            raise PasswordElsewhere("This account has no password here.")
        if user is None or (user.password_hash and not self.passwords.verify(user.password_hash, current)):
            self.failed(user, by.address)
            raise WrongPassword("This is not your current password.", field="current")
        hashed = self.passwords.hash(new)
        with self.uow() as uow:
            for subject in limits(by.name, by.address):
                uow.logins.set_failures(subject, None)
            uow.accounts.set_password(user.id, hashed)
            uow.logins.close_all(user.id, but=digest(token))
            uow.audit.record(Act(self.clock.now(), by, "user.password", user.name))
            uow.commit("login")

    def _counted(self, name: str, allowed: dict[str, int]) -> User | None:
        now = self.clock.now()
        with self.uow() as uow:
            known = uow.logins.failures(allowed)
            wait = wait_seconds(known, allowed, now)
            if wait:
                raise TooManyLogins("Too many logins failed.", retry_after=wait)
            for subject in allowed:
                before = known.get(subject)
                counted = before if before is not None and before.counts(now) else Failures(0, now)
                uow.logins.set_failures(subject, Failures(counted.count + 1, counted.since))
            user = uow.accounts.user(name)
            uow.commit("login")
        return user
