"""The sides that are measured, and where a measurement of one of them takes place."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.peers import places
from bench.peers.processes import environment


@dataclass(frozen=True)
class Side:
    """One row of the table. `package` names whose version is shown; a side that is `embedded` runs a backfill
    without a worker beside it; `tuned` ones run with the settings that their name says. After the last chunk
    of a restart, `settle` seconds pass in which the engine may yet repeat one.
    """

    name: str
    module: str
    package: str = ""
    tuned: bool = False
    on_redis: bool = False
    embedded: bool = False
    settle: float = 1.0

    @property
    def ours(self) -> bool:
        return not self.package


SIDES = (
    Side("Celery on Redis, as it comes", "bench.peers.on_celery", "celery", on_redis=True),
    Side("Celery on Redis, acks late, prefetch 1", "bench.peers.on_celery", "celery", True, on_redis=True, settle=110),
    Side("Huey on Redis", "bench.peers.on_huey", "huey", on_redis=True),
    Side("Huey on SQLite, as it comes", "bench.peers.on_huey", "huey"),
    Side("Huey on SQLite, no fsync, polling 10 ms", "bench.peers.on_huey", "huey", tuned=True),
    Side("DBOS on SQLite, as it comes", "bench.peers.on_dbos", "dbos", embedded=True),
    Side("DBOS on SQLite, WAL, polling 10 ms", "bench.peers.on_dbos", "dbos", tuned=True, embedded=True),
    Side("**dart-batch on SQLite**", "bench.peers.ours_as_started"),
)


@dataclass(frozen=True)
class Place:
    """A fresh folder with the database of one measurement, and how to start processes of the side in it."""

    side: Side
    folder: Path
    python: str
    settings: dict[str, str]

    @property
    def database(self) -> Path:
        return self.folder / "work.db"

    def command(self, *arguments: str) -> list[str]:
        return [self.python, "-m", self.side.module, *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        return environment(self.folder, {**self.settings, **more})


@contextmanager
def place_for(side: Side) -> Iterator[Place]:
    """Where one measurement of a side takes place, from empty. Raises Missing."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peers-", ignore_cleanup_errors=True)))
        python = sys.executable if side.ours else places.peers_python()
        settings = {"PEERS_TUNED": "1"} if side.tuned else {}
        if side.on_redis:
            settings["PEERS_REDIS"] = stack.enter_context(places.redis(folder))
        if not side.ours:
            places.make_work_database(folder)
        yield Place(side, folder, python, settings)


def check(side: Side) -> None:
    """Raises Missing when something that the side needs is not here."""
    if side.on_redis:
        places.redis_is_here()
    if not side.ours:
        places.peers_python()


def version(side: Side) -> str:
    """The version of the side's package, as its pin says."""
    pins = (line.partition("==") for line in places.REQUIREMENTS.read_text().splitlines())
    return {name.partition("[")[0]: number for name, _, number in pins}.get(side.package, "")


def machine() -> str:
    """What kind of machine this is."""
    return f"{os.cpu_count()} cores, Python {sys.version_info.major}.{sys.version_info.minor}"
