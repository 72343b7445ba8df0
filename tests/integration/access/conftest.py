"""Keys, users and logins on a real database, with a clock that a test moves and hashes that cost nothing."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest
import sqlalchemy as sa

from builders import NOW
from dart_batch.adapters.persistence import session
from dart_batch.adapters.persistence.api_keys import SqlApiKeys
from dart_batch.adapters.persistence.audit_queries import AuditFilter, SqlAuditQueries
from dart_batch.application.use_cases.log_in import LogIn
from dart_batch.application.use_cases.manage_keys import ManageKeys
from dart_batch.application.use_cases.manage_users import ManageUsers
from fakes.clock import FakeClock
from fakes.house import Uow


@dataclass
class FakePasswords:
    """Reversible, and counts what it was asked."""

    asked: list[bool] = field(default_factory=list)

    def hash(self, password: str) -> str:
        return password[::-1]

    def verify(self, password_hash: str | None, password: str) -> bool:
        self.asked.append(password_hash is not None)
        return password_hash == password[::-1]


@dataclass
class Office:
    """Where accounts are kept."""

    uow: Uow
    engine: sa.Engine
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    passwords: FakePasswords = field(default_factory=FakePasswords)

    def __post_init__(self) -> None:
        numbers = count(1)
        new_id = lambda: f"id-{next(numbers)}"  # noqa: E731
        self.keys = ManageKeys(self.uow, self.clock, new_id)
        self.users = ManageUsers(self.uow, self.clock, new_id, self.passwords)
        self.login = LogIn(self.uow, self.clock, self.passwords, timedelta(hours=12))
        self.lookups = SqlApiKeys(session.writing(self.engine), self.clock)

    def acts(self) -> list[str]:
        entries = SqlAuditQueries(self.engine).entries(AuditFilter(limit=100))
        return [entry.act for entry in reversed(entries)]

    def everything(self) -> str:
        with self.engine.connect() as connection:
            names = sa.inspect(connection).get_table_names()
            return "\n".join(str(row) for name in names for row in connection.exec_driver_sql(f"SELECT * FROM {name}"))


@pytest.fixture
def office(uow: Uow, engine: sa.Engine) -> Office:
    return Office(uow, engine)
