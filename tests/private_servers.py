"""Database and queue servers of a test's own: on free ports of 127.0.0.1, with all they write in one folder."""

import os
import shutil
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from pathlib import Path

import psutil

HOST = "127.0.0.1"
START_SECONDS = 60.0
NO_MARIADB = "mariadbd is not installed (apt-get install mariadb-server)"
NO_REDIS = "redis-server is not installed (apt-get install redis-server)"
_LEAN = (
    "--skip-log-bin",
    "--skip-name-resolve",
    "--performance-schema=OFF",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=48M",
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-doublewrite=0",
    "--innodb-flush-method=nosync",
    "--max-connections=300",
    "--skip-ssl",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class PrivateServer(ABC):
    """A server process that can be started, killed and started again on the same port with the same data."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Answers as soon as the server takes connections."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.prepare()
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(self.command(), stdout=log, stderr=log, cwd=self.folder)
        self._await()

    def kill(self) -> None:
        """As a machine that loses its power, but for the disk's own memory."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    @abstractmethod
    def prepare(self) -> None:
        """Make what has to be there before the first start."""

    @abstractmethod
    def command(self) -> list[str]:
        """The server and its arguments."""

    def _await(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, (self.folder / "server.log").read_text()[-2000:]
            with socket.socket() as probe:
                if probe.connect_ex((HOST, self.port)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError(f"{self.command()[0]} does not answer on port {self.port}.")


class MariaDb(PrivateServer):
    """A MariaDB that anybody on this machine may enter as root."""

    def url(self, database: str) -> str:
        return f"mysql+pymysql://root@{HOST}:{self.port}/{database}"

    def prepare(self) -> None:
        if (self.folder / "data" / "mysql").exists():
            return
        command = ["mariadb-install-db", "--no-defaults", f"--datadir={self.folder / 'data'}", *_as_owner()]
        lean = ["--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-flush-method=nosync"]
        subprocess.run([*command, *lean], check=True, capture_output=True, cwd=self.folder)

    def command(self) -> list[str]:
        return [
            "mariadbd",
            "--no-defaults",
            f"--datadir={self.folder / 'data'}",
            f"--socket={self.folder / 's.sock'}",
            f"--pid-file={self.folder / 'pid'}",
            f"--bind-address={HOST}",
            f"--port={self.port}",
            *_as_owner(),
            *_LEAN,
        ]


class Redis(PrivateServer):
    """A Redis that keeps nothing on disk: killed, it comes back empty."""

    def url(self, number: int = 0) -> str:
        return f"redis://{HOST}:{self.port}/{number}"

    def prepare(self) -> None:
        return

    def command(self) -> list[str]:
        return ["redis-server", "--port", str(self.port), "--bind", HOST, "--save", "", "--appendonly", "no"]


@dataclass(frozen=True)
class Address:
    """Where a shared server of the test run is."""

    port: int

    def mariadb(self, database: str) -> str:
        return f"mysql+pymysql://root@{HOST}:{self.port}/{database}"

    def redis(self, number: int = 0) -> str:
        return f"redis://{HOST}:{self.port}/{number}"


KINDS: dict[str, type[PrivateServer]] = {"mariadb": MariaDb, "redis": Redis}


def keep(kind: str, folder: Path, run: int) -> None:
    """Run a server until process `run` is gone, however it ended; then nothing of it is left."""
    began = psutil.Process(run).create_time()
    server = KINDS[kind](folder / kind)
    try:
        server.start()
        (folder / f"{kind}.ready.new").write_text(str(server.port))
        (folder / f"{kind}.ready.new").rename(folder / f"{kind}.ready")
        while _alive(run, began) and server.process is not None and server.process.poll() is None:
            time.sleep(0.2)
    finally:
        server.kill()
        shutil.rmtree(server.folder, ignore_errors=True)


def _alive(pid: int, began: float) -> bool:
    try:
        one = psutil.Process(pid)
        return one.create_time() == began and one.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _as_owner() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []
