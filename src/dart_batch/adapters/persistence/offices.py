"""Duties that one node of the cluster has at a time, for as long as it says so again before its time is over."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from dart_batch.adapters.persistence.cluster_tables import offices
from dart_batch.adapters.persistence.moments import naive


class SqlOffices:
    """Implements Offices; each call is one transaction."""

    def __init__(self, writing: sa.Engine) -> None:
        self._engine = writing

    def take(self, name: str, holder: str, seconds: float, now: datetime) -> bool:
        at, until = naive(now), naive(now + timedelta(seconds=seconds))
        mine = offices.update().where(offices.c.name == name, offices.c.holder == holder).values(until=until)
        free = offices.update().where(offices.c.name == name, offices.c.until < at)
        with self._engine.begin() as connection:
            if connection.execute(mine).rowcount:
                return True
            if connection.execute(free.values(holder=holder, until=until, since=at)).rowcount:
                return True
            if connection.execute(sa.select(offices.c.name).where(offices.c.name == name)).first():
                return False
            row = {"name": name, "holder": holder, "until": until, "since": at}
            connection.execute(offices.insert(), row)
        return True

    def leave(self, name: str, holder: str) -> None:
        mine = offices.delete().where(offices.c.name == name, offices.c.holder == holder)
        with self._engine.begin() as connection:
            connection.execute(mine)

    def holder(self, name: str, now: datetime) -> str | None:
        """Who has the duty; null when nobody does."""
        query = sa.select(offices.c.holder).where(offices.c.name == name, offices.c.until >= naive(now))
        with self._engine.execution_options(begin="BEGIN").connect() as connection:
            found: str | None = connection.execute(query).scalar()
        return found
