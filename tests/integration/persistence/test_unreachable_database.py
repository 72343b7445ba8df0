"""A database that is locked or whose connection is gone is a transient error, and the next unit of work starts anew."""

import sqlite3
from contextlib import closing

import pytest
import sqlalchemy as sa

from dart_batch.adapters.persistence import session
from dart_batch.adapters.persistence.answers import DatabaseBusy
from dart_batch.adapters.persistence.failpoints import failpoint_from_environment
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork


@pytest.mark.sqlite_only
def test_a_lock_past_the_busy_time_out_is_transient(engine: sa.Engine) -> None:
    sa.event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=20"))
    engine.dispose()
    unit = SqlUnitOfWork(session.unbegun(engine))

    with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseBusy, match="locked"), unit:
            pass
        other.execute("COMMIT")
    with unit as free:
        free.commit("afterwards")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_dropped_connection_is_transient_and_never_used_again(
    engine: sa.Engine, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setenv("DART_FAILPOINT", f"{moment}:trial:1=DROPPED")
    unit = SqlUnitOfWork(session.unbegun(engine), failpoint_from_environment())

    with pytest.raises(DatabaseBusy, match=r"closed|\(0, ''\)"), unit as work:
        work.commit("trial")
    with unit as work:
        found = work.jobs.waiting()
        work.commit("trial")

    assert found == 0


def test_a_failpoint_of_an_unknown_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DART_FAILPOINT", "after:chunk:1=FLOOD")

    with pytest.raises(ValueError, match="LOCKED, DROPPED or the name of a signal"):
        failpoint_from_environment()
