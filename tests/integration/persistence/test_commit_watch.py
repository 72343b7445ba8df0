"""The counter that says whether it is worth to look."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from builders import NOW
from dart_batch.adapters.persistence.commit_watch import commits_of
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.ports.unit_of_work import INFO, LogEntry


def write(uow: Callable[[], SqlUnitOfWork], *, commit: bool) -> None:
    with uow() as work:
        work.logs.add("job-1", LogEntry(NOW, INFO, "note", "A line."))
        if commit:
            work.commit("test")


@pytest.mark.sqlite_only
def test_a_commit_of_another_connection_is_noticed_once(engine: sa.Engine, uow: Callable[[], SqlUnitOfWork]) -> None:
    with commits_of(engine) as commits:
        seen = [commits.moved(), commits.moved()]
        write(uow, commit=True)
        seen += [commits.moved(), commits.moved()]

    assert seen == [True, False, True, False]


@pytest.mark.sqlite_only
def test_what_is_not_committed_is_not_noticed(engine: sa.Engine, uow: Callable[[], SqlUnitOfWork]) -> None:
    with commits_of(engine) as commits:
        commits.moved()
        write(uow, commit=False)

        assert not commits.moved()
