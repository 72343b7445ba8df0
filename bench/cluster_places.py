"""A private MariaDB with the product's schema, and the settings and processes of a cluster on it."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pymysql
import sqlalchemy as sa

from bench.peers import places, processes
from dart_batch.adapters.persistence import schema, session
from dart_batch.bootstrap import App, build
from dart_batch.settings import Settings

START_SECONDS = 60.0
_PLAIN = ("--skip-log-bin", "--skip-name-resolve", "--skip-ssl", "--local-infile=1", "--max-connections=400")
_DURABLE = ("--innodb-flush-log-at-trx-commit=1", "--innodb-buffer-pool-size=512M", "--innodb-log-file-size=512M")


@contextmanager
def mariadb(folder: Path) -> Iterator[int]:
    """The port of a MariaDB that syncs its log at every commit, and ends with the block. Raises Missing."""
    if shutil.which("mariadbd") is None:
        raise places.Missing("mariadbd is missing; on Debian run: apt install mariadb-server")
    port, data = places.free_port(), folder / "mariadb"
    make = ["mariadb-install-db", "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"]
    subprocess.run([*make, "--skip-test-db", "--user=root"], check=True, capture_output=True, cwd=folder)
    place = [f"--datadir={data}", f"--socket={folder / 's.sock'}", f"--pid-file={folder / 'pid'}", "--user=root"]
    command = ["mariadbd", "--no-defaults", *place, "--bind-address=127.0.0.1", f"--port={port}", *_PLAIN, *_DURABLE]
    with (folder / "mariadb.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _answers(port)
        yield port
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            pymysql.connect(host="127.0.0.1", port=port, user="root").close()
        except pymysql.MySQLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


@dataclass(frozen=True)
class Cluster:
    """A database of its own on the servers."""

    folder: Path
    database: str
    redis: str

    @property
    def app(self) -> App:
        """Submits to the cluster and looks at it."""
        return build(
            Settings(
                dart_home=self.folder,
                database_url=self.database,
                redis_url=self.redis,
                batch_queue="celery",
                batch_queue_capacity=1_000_000,
            )
        )

    @contextmanager
    def node(self, children: int, **settings: str) -> Iterator["subprocess.Popen[bytes]"]:
        """A node of workers as `dart-batch worker` starts it, which also knows the job type of the bench."""
        own = {
            "DART_HOME": str(self.folder),
            "DATABASE_URL": self.database,
            "REDIS_URL": self.redis,
            "BATCH_QUEUE": "celery",
            "POLARS_MAX_THREADS": "1",
        }
        environment = processes.environment(self.folder, own | settings)
        command = celery_worker("bench.cluster_node", children)
        with processes.running(command, environment) as process:
            yield process


def celery_worker(app: str, children: int) -> list[str]:
    lean = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-O", "fair", "--loglevel", "ERROR"]
    concurrency = ["--pool", "prefork", "--concurrency", str(children)]
    return [sys.executable, "-m", "celery", "-A", app, "worker", *concurrency, *lean]


@contextmanager
def cluster(folder: Path, port: int, redis: str, name: str) -> Iterator[Cluster]:
    """A new database with the schema; Redis is emptied. The definition of the bench is stored."""
    home = folder / name
    home.mkdir()
    with closing(pymysql.connect(host="127.0.0.1", port=port, user="root")) as connection:
        connection.cursor().execute(f"CREATE DATABASE {name}")
    url = f"mysql+pymysql://root@127.0.0.1:{port}/{name}"
    engine = session.create_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    yield Cluster(home, url, redis)
    with closing(pymysql.connect(host="127.0.0.1", port=port, user="root")) as connection:
        connection.cursor().execute(f"DROP DATABASE {name}")


def scalar(engine: sa.Engine, query: str) -> object:
    with engine.connect() as connection:
        return connection.exec_driver_sql(query).scalar_one()
