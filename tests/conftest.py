"""One private MariaDB and one private Redis per test run, started when the first test asks for them."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.every_table import metadata
from private_servers import NO_MARIADB, NO_REDIS, START_SECONDS, Address

_KEEPER = "import sys; from pathlib import Path; from private_servers import keep; "
_KEEP = f"{_KEEPER}keep(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))"


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Address:
    if shutil.which("mariadbd") is None:
        pytest.skip(NO_MARIADB)
    return _shared("mariadb", tmp_path_factory)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Address:
    if shutil.which("redis-server") is None:
        pytest.skip(NO_REDIS)
    return _shared("redis", tmp_path_factory)


@pytest.fixture(scope="session")
def new_database(mariadb: Address, worker_id: str) -> Callable[[], str]:
    """Makes an empty database and answers its URL."""
    made = 0

    def make() -> str:
        nonlocal made
        made += 1
        name = f"test_{worker_id}_{made}"
        root = sa.create_engine(mariadb.mariadb(""), isolation_level="AUTOCOMMIT")
        with root.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        root.dispose()
        return mariadb.mariadb(name)

    return make


@pytest.fixture(scope="session")
def _upgraded(new_database: Callable[[], str]) -> str:
    url = new_database()
    engine = session.create_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    return url


@pytest.fixture
def mariadb_url(_upgraded: str) -> Iterator[str]:
    """The URL of a MariaDB database with the whole schema and nothing in it."""
    yield _upgraded
    engine = sa.create_engine(_upgraded)
    with engine.begin() as connection:
        for table in metadata.tables:
            connection.exec_driver_sql(f"DELETE FROM {table}")
    engine.dispose()


def _shared(kind: str, factory: pytest.TempPathFactory) -> Address:
    """The server of this run: whoever comes first has it started by a keeper, which outlives no run."""
    in_worker = "PYTEST_XDIST_WORKER" in os.environ
    folder = factory.getbasetemp().parent if in_worker else factory.getbasetemp()
    ready = folder / f"{kind}.ready"
    with (folder / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            _start(kind, folder, os.getppid() if in_worker else os.getpid(), ready)
    return Address(int(ready.read_text()))


def _start(kind: str, folder: Path, run: int, ready: Path) -> None:
    here = str(Path(__file__).parent)
    with (folder / f"{kind}.keeper.log").open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-c", _KEEP, kind, str(folder), str(run)],
            cwd=here,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while not ready.exists():
        assert keeper.poll() is None, (folder / f"{kind}.keeper.log").read_text()
        assert time.monotonic() < deadline, f"The private {kind} did not start."
        time.sleep(0.02)
