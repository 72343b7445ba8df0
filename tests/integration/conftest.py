"""A real SQLite database per test."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork


@pytest.fixture
def engine(tmp_path: Path) -> sa.Engine:
    made = session.create_engine(f"sqlite:///{tmp_path}/test.db")
    schema.upgrade(made)
    return made


@pytest.fixture
def uow(engine: sa.Engine) -> Callable[[], SqlUnitOfWork]:
    return partial(SqlUnitOfWork, session.unbegun(engine))
