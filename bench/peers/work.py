"""What the task of every peer does: write one chunk, or one row, into SQLite and leave a mark of when.

Standard library only, so that it runs inside any engine's environment. `python -m bench.peers.work` is the bare loop.
"""

import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

CHUNKS, SIZE = 100, 100
FIRST = date(1990, 1, 1)
COMPONENTS = '{"priceMomentum":{"raw":0.0123456789,"score":55.5,"weight":0.25}}' * 10
COLUMNS = (
    "job_id, market, definition, definition_hash, created_at, "
    "session, value, level, coverage, components, input_hash, withheld_reason"
)
INSERT = f"INSERT OR REPLACE INTO fear_greed_batch_history ({COLUMNS}) VALUES ({','.join('?' * 12)})"
MARK = "INSERT INTO marks VALUES (?, ?)"

_local = threading.local()
_one_writer = threading.Lock()


def folder() -> Path:
    """Where this measurement keeps its files."""
    return Path(os.environ["PEERS_FOLDER"])


def slots() -> int:
    """How many tasks run at once."""
    return int(os.environ.get("PEERS_SLOTS", "1"))


def tuned() -> bool:
    """Whether the peer runs with its best settings, or as it comes."""
    return "PEERS_TUNED" in os.environ


def write_chunk(number: int) -> None:
    """Commit the 100 rows of a chunk in one transaction. Dies before or after it when PEERS_KILL says so."""
    _die("before", number)
    with _one_writer:
        connection = _connection()
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, rows(number))
        connection.execute(MARK, (number, time.time()))
        connection.execute("COMMIT")
    _die("after", number)


def write_row(number: int) -> None:
    """Commit one row."""
    with _one_writer:
        _connection().execute(MARK, (number, time.time()))


def rows(number: int) -> list[tuple[object, ...]]:
    """The readings of a chunk, as bench.ledger writes them."""
    fixed = ("job", "KOSPI", "kospi@1", "0" * 64, "2026-01-01 00:00:00.000000")
    rest = ("NEUTRAL", 0.85, COMPONENTS, "0" * 32, None)
    start = FIRST + timedelta(days=(number - 1) * SIZE)
    return [(*fixed, str(start + timedelta(days=day)), 50.0 + day / 10, *rest) for day in range(SIZE)]


def run(**commands: Callable[..., None]) -> None:
    """Run the command that this process was started with."""
    commands[sys.argv[1]](*map(int, sys.argv[2:]))


def send_chunks(send: Callable[[int], object]) -> None:
    """Hand every chunk of the backfill to an engine."""
    for number in range(1, CHUNKS + 1):
        send(number)


def time_backfill(send: Callable[[int], object]) -> None:
    """Seconds from the first chunk handed over to the last commit, after one chunk that warms the worker up."""
    send(0)
    wait_for(1)
    start = time.time()
    send_chunks(send)
    tell(seconds=wait_for(CHUNKS + 1) - start)


def time_bulk(send: Callable[[int], object], count: int) -> None:
    """Seconds to hand `count` jobs over, the first of which warms the connection up."""
    send(0)
    start = time.time()
    for number in range(1, count):
        send(number)
    tell(seconds=time.time() - start)


def wait_for(count: int, seconds: float = 120.0) -> float:
    """The moment of the last mark, once there are `count`. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        marks, last = _connection().execute("SELECT count(*), max(at) FROM marks").fetchone()
        if marks >= count:
            return float(last)
        time.sleep(0.01)
    raise TimeoutError(f"{marks} of {count} tasks were done after {seconds:g} s.")


def tell(**figures: float) -> None:
    """Hand figures to the process that measures, which reads the last line."""
    print(json.dumps(figures), flush=True)


def _connection() -> sqlite3.Connection:
    if not hasattr(_local, "connection"):
        _local.connection = sqlite3.connect(folder() / "work.db", timeout=30, isolation_level=None)
        _local.connection.execute("PRAGMA synchronous=NORMAL")
    connection: sqlite3.Connection = _local.connection
    return connection


def _die(moment: str, number: int) -> None:
    if os.environ.get("PEERS_KILL") == f"{moment}:{number}":
        os.killpg(os.getpgrp(), signal.SIGKILL)


def bare_loop() -> None:
    """The same writes with no engine around them, after one chunk that warms up."""
    write_chunk(0)
    start = time.time()
    for number in range(1, CHUNKS + 1):
        write_chunk(number)
    tell(seconds=time.time() - start)


if __name__ == "__main__":
    bare_loop()
