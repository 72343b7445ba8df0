"""Processes of this machine, by psutil."""

import os
import secrets
import signal
import socket
from pathlib import Path

import psutil

from dart_batch.adapters.host.process_meter import ProcessMeter
from dart_batch.application.ports.workers import ProcessUsage, WorkerIdentity

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_START_TOLERANCE = 0.05


class HostProcesses:
    """Implements Processes."""

    def __init__(self) -> None:
        self._meter = ProcessMeter()

    def identity(self, *, alone: bool = False) -> WorkerIdentity:
        host, pid = socket.gethostname(), os.getpid()
        worker_id = f"{host[:40]}:{pid}:{secrets.token_hex(3)}"
        return WorkerIdentity(worker_id, host, _boot_id(), pid, psutil.Process(pid).create_time(), alone)

    def usage(self) -> ProcessUsage:
        return self._meter.sample()

    def is_dead(self, worker: WorkerIdentity) -> bool:
        if worker.host != socket.gethostname():
            return False
        return worker.boot_id != _boot_id() or not _runs(worker)

    def kill(self, worker: WorkerIdentity) -> bool:
        if not worker.alone or worker.host != socket.gethostname() or self.is_dead(worker):
            return False
        os.kill(worker.pid, signal.SIGKILL)
        return True

    @staticmethod
    def die() -> None:
        """End this process in the middle of whatever it does."""
        os.kill(os.getpid(), signal.SIGKILL)


def _runs(worker: WorkerIdentity) -> bool:
    try:
        process = psutil.Process(worker.pid)
        same: bool = abs(process.create_time() - worker.pid_started) < _START_TOLERANCE
        return same and bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _boot_id() -> str:
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return f"boot-{psutil.boot_time():.0f}"
