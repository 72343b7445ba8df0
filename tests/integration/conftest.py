"""A real database per test: SQLite, and in these folders MariaDB as well."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork

ON_BOTH = ("persistence", "execution", "access")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine" in metafunc.fixturenames and Path(metafunc.definition.path).parent.name in ON_BOTH:
        alone = metafunc.definition.get_closest_marker("sqlite_only")
        metafunc.parametrize("engine", ["sqlite"] if alone else ["sqlite", "mariadb"], indirect=True)


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    if getattr(request, "param", "sqlite") == "mariadb":
        made = session.create_engine(request.getfixturevalue("mariadb_url"))
    else:
        made = session.create_engine(f"sqlite:///{tmp_path}/test.db")
        schema.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture
def uow(engine: sa.Engine) -> Callable[[], SqlUnitOfWork]:
    return partial(SqlUnitOfWork, session.unbegun(engine))
