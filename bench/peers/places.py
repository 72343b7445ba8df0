"""What the peers need around them: an environment of their own, a private Redis, an empty database."""

import hashlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

from bench.peers.processes import ROOT
from dart_batch.adapters.persistence import schema, session

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
HOME = ROOT / "var" / "peers"


class Missing(Exception):
    """Something a peer needs is not here; the message is one sentence that says what and how to get it."""


def peers_python() -> str:
    """The Python of the peers' environment, which is made once. Raises Missing."""
    python = HOME / "bin" / "python"
    failure = _installed(python)
    if failure:
        raise Missing(failure)
    return str(python)


@cache
def _installed(python: Path) -> str:
    """Why the pinned packages cannot be there; empty when they are."""
    stamp, want = HOME / ".installed", hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == want and python.exists():
        return ""
    print("Setting up the peers' packages (once, about a minute) ...", flush=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(REQUIREMENTS)]
    for command in ([sys.executable, "-m", "venv", "--clear", str(HOME)], pip):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            errors = [line for line in done.stderr.splitlines() if "error" in line.lower()]
            return f"the packages of {REQUIREMENTS.name} cannot be installed: {' / '.join(errors[-2:])}"
    stamp.write_text(want)
    return ""


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """The address of a Redis that keeps nothing and ends with the block. Raises Missing."""
    server, port = _redis_server(), free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = subprocess.Popen([server, *options], stdout=subprocess.DEVNULL)
    try:
        _answers(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait()


def redis_is_here() -> None:
    """Raises Missing when there is no redis-server."""
    _redis_server()


def _redis_server() -> str:
    found = shutil.which("redis-server")
    if found is None:
        raise Missing("redis-server is missing; on Debian run: apt install redis-server")
    return found


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise Missing("redis-server does not answer within 10 seconds.")


def make_work_database(folder: Path) -> None:
    """The product's tables for the readings that the peers' tasks write, and a table of marks."""
    engine = session.create_engine(f"sqlite:///{folder / 'work.db'}")
    schema.upgrade(engine)
    engine.dispose()
    with closing(sqlite3.connect(folder / "work.db")) as connection, connection:
        connection.execute("CREATE TABLE marks (chunk INTEGER NOT NULL, at REAL NOT NULL)")
