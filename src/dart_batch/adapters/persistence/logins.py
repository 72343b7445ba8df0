"""Sessions, one-time links and failed logins inside a unit of work."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

import sqlalchemy as sa

from dart_batch.adapters.persistence.access_tables import failures, links, sessions, users
from dart_batch.adapters.persistence.accounts import user_of
from dart_batch.adapters.persistence.moments import certain, naive
from dart_batch.domain.access.accounts import User
from dart_batch.domain.access.throttle import WINDOW, Failures


class SqlLogins:
    """Implements Logins inside one connection's transaction. Subjects of failures are stored as hashes, since what is
    typed as a name may be a password.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def open(self, token_hash: str, user_id: str, at: datetime, until: datetime) -> None:
        for table in (sessions, links):
            self._connection.execute(table.delete().where(table.c.expires_at <= naive(at)))
        self._connection.execute(failures.delete().where(failures.c.since <= naive(at - WINDOW)))
        self._connection.execute(sessions.insert(), _row(token_hash, user_id, at, until))

    def close(self, token_hash: str) -> None:
        self._connection.execute(sessions.delete().where(sessions.c.token_hash == token_hash))

    def close_all(self, user_id: str, but: str = "") -> None:
        mine = (sessions.c.user_id == user_id, sessions.c.token_hash != but)
        self._connection.execute(sessions.delete().where(*mine))
        self._connection.execute(links.delete().where(links.c.user_id == user_id))

    def add_link(self, token_hash: str, user_id: str, at: datetime, until: datetime) -> None:
        self._connection.execute(links.insert(), _row(token_hash, user_id, at, until))

    def use_link(self, token_hash: str, now: datetime) -> User | None:
        this = (links.c.token_hash == token_hash, links.c.expires_at > naive(now))
        query = sa.select(users).join(links, links.c.user_id == users.c.id).where(*this, users.c.disabled_at.is_(None))
        row = self._connection.execute(query).first()
        used = self._connection.execute(links.delete().where(links.c.token_hash == token_hash)).rowcount
        return user_of(row) if row is not None and used else None

    def failures(self, subjects: Iterable[str]) -> Mapping[str, Failures]:
        names = {_digest(subject): subject for subject in subjects}
        query = sa.select(failures).where(failures.c.subject.in_(list(names))).with_for_update()
        return {
            names[row.subject]: Failures(row.failures, certain(row.since)) for row in self._connection.execute(query)
        }

    def set_failures(self, subject: str, count: Failures | None) -> None:
        self._connection.execute(failures.delete().where(failures.c.subject == _digest(subject)))
        if count is not None:
            row = {"subject": _digest(subject), "failures": count.count, "since": naive(count.since)}
            self._connection.execute(failures.insert(), row)


def _row(token_hash: str, user_id: str, at: datetime, until: datetime) -> dict[str, object]:
    return {"token_hash": token_hash, "user_id": user_id, "created_at": naive(at), "expires_at": naive(until)}


def _digest(subject: str) -> str:
    return hashlib.sha256(subject.encode()).hexdigest()
