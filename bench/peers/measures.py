"""The three measures. Each starts from an empty folder and answers the figures of one side."""

import sqlite3
import subprocess
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from bench.peers import sides
from bench.peers.processes import must_run, peak_memory, running, told
from bench.peers.work import CHUNKS

JOBS = 10_000
DRAIN_SECONDS, RESTART_SECONDS = 120.0, 120.0
KILLED_AT = 50
MOMENTS = ("before", "after")
LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Backfill:
    """Seconds for CHUNKS chunks, in a bare loop and through an engine."""

    bare: float
    whole: float


@dataclass(frozen=True)
class Drain:
    """Rates in jobs per second, memory of the worker's process tree in MB. `done` of JOBS when the time was over."""

    submitted: float
    drained: float
    memory: float
    done: int


@dataclass(frozen=True)
class Restart:
    """Seconds from the restart to the first and the last new chunk, null when there was none, or not all came; and
    how many chunks were missing after two minutes, and committed more than once.
    """

    first: float | None
    finished: float | None
    missing: int
    twice: int


def backfill(side: sides.Side) -> Backfill:
    """One backfill of CHUNKS chunks, and the same writes in a bare loop."""
    with sides.place_for(side) as place:
        if side.ours:
            told_of_both = told(place.command("backfill"), place.environment())
            return Backfill(told_of_both["bare"], told_of_both["seconds"])
        bare = told([place.python, "-m", "bench.peers.work"], place.environment())["seconds"]
    return Backfill(bare, _through_the_engine(side))


def _through_the_engine(side: sides.Side) -> float:
    with sides.place_for(side) as place, ExitStack() as stack:
        if not side.embedded:
            stack.enter_context(running(place.command("worker"), place.environment()))
        return told(place.command("backfill"), place.environment())["seconds"]


def drain(side: sides.Side, slots: int) -> Drain:
    """JOBS jobs of one row each, queued while no worker runs, then drained by one worker."""
    with sides.place_for(side) as place:
        seconds = told(place.command("bulk", str(JOBS)), place.environment())["seconds"]
        with running(place.command("worker"), place.environment(PEERS_SLOTS=str(slots))) as process:
            with peak_memory(process.pid) as memory:
                _wait(place, process, JOBS, DRAIN_SECONDS)
            done, first, last = _marks(place.database)
    return Drain(JOBS / seconds, (done - 1) / (last - first) if done > 1 else 0.0, memory[0], done)


def restart(side: sides.Side, moment: str) -> Restart:
    """Kill the worker `before` or `after` its commit of chunk KILLED_AT, and start it again at once."""
    with sides.place_for(side) as place:
        told(place.command("submit"), place.environment())
        with running(place.command("worker"), place.environment(PEERS_KILL=f"{moment}:{KILLED_AT}")) as process:
            process.wait(RESTART_SECONDS)
        began = time.time()
        with running(place.command("worker"), place.environment()) as process:
            _wait(place, process, CHUNKS, RESTART_SECONDS)
            time.sleep(side.settle)
        return _after_the_restart(place.database, began)


def _after_the_restart(database: Path, began: float) -> Restart:
    query = "SELECT chunk, min(at), count(*) FROM marks GROUP BY chunk"
    with closing(sqlite3.connect(database)) as connection:
        chunks = connection.execute(query).fetchall()
    new = [first - began for _, first, _ in chunks if first >= began]
    missing = CHUNKS - len(chunks)
    commits = sum(count for *_, count in chunks)
    first, last = (min(new), max(new)) if new else (None, None)
    return Restart(first, None if missing else last, missing, commits - len(chunks))


def _wait(place: sides.Place, process: "subprocess.Popen[bytes]", count: int, seconds: float) -> None:
    """Until `count` different chunks are there, or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and _marks(place.database)[0] < count:
        must_run(process, place.folder)
        time.sleep(LOOK_SECONDS)


def _marks(database: Path) -> tuple[int, float, float]:
    """How many different chunks are marked, and when the first and the last were."""
    query = "SELECT count(DISTINCT chunk), coalesce(min(at), 0), coalesce(max(at), 0) FROM marks"
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        count, first, last = connection.execute(query).fetchone()
    return int(count), float(first), float(last)
