"""Keeps as many worker processes on this machine as the waiting work wants."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import NoReturn

import typer

from dart_batch.adapters.persistence.worker_queries import WorkerFilter
from dart_batch.application.scaling import Autoscaler, wanted_workers
from dart_batch.bootstrap import App, build
from dart_batch.domain.errors import Fatal, Transient
from dart_batch.entrypoints.cli.console import err
from dart_batch.entrypoints.cli.stopping import stop_on_signals

LOOK_SECONDS = 1.0
EARLY_SECONDS, MOST_EARLY_ENDS = 10.0, 5
MOST_WORKERS_LISTED = 1000


class WorkersFail(Fatal):
    """Workers end as soon as they are started."""

    code = "workers-fail"
    hint = "Run `dart-batch worker` alone to see why, and `dart-batch doctor`."


@dataclass(frozen=True, slots=True)
class Member:
    """A worker process, and when it was started."""

    process: subprocess.Popen[bytes]
    began: float


@dataclass(slots=True)
class Crew:
    """The worker processes of this one. Whoever was told to retire still ends its jobs, and is no member any more."""

    start: Callable[[], subprocess.Popen[bytes]]
    members: list[Member] = field(default_factory=list)
    retired: list[Member] = field(default_factory=list)
    early_ends: int = 0

    def become(self, count: int, idle: Callable[[], Collection[int]]) -> None:
        """Start workers, or let go those whose process `idle` names. Raises WorkersFail."""
        self._miss_the_ended()
        while len(self.members) < count:
            self.members.append(Member(self.start(), time.monotonic()))
        spare = len(self.members) - count
        if spare > 0:
            free = idle()
            for member in [one for one in reversed(self.members) if one.process.pid in free][:spare]:
                self._let_go(member)

    def end(self) -> None:
        """Tell all to stop at their next chunk boundary, and wait until they have."""
        everybody = [*self.members, *self.retired]
        for member in everybody:
            member.process.terminate()
        for member in everybody:
            member.process.wait()

    def _let_go(self, member: Member) -> None:
        member.process.send_signal(signal.SIGUSR1)
        self.members.remove(member)
        self.retired.append(member)

    def _miss_the_ended(self) -> None:
        now = time.monotonic()
        for member in [one for one in self.members if one.process.poll() is not None]:
            self.members.remove(member)
            early = now - member.began < EARLY_SECONDS
            self.early_ends = self.early_ends + 1 if early else 0
        self.retired = [one for one in self.retired if one.process.poll() is None]
        if self.early_ends >= MOST_EARLY_ENDS:
            raise WorkersFail(f"{self.early_ends} workers ended within {EARLY_SECONDS:.0f} seconds of their start.")


def supervise(scaler: Autoscaler, target_seconds: float) -> NoReturn:
    """Look after workers until SIGTERM or Ctrl-C; then all of them stop. Raises WorkersFail."""
    crew = Crew(_started)
    with stop_on_signals(lambda: _say("Stopping all workers after their present chunks.")) as stop:
        _say(f"Looking after {scaler.least} to {scaler.most} workers.")
        try:
            _look_after(crew, build(), scaler, target_seconds, stop)
        finally:
            crew.end()
    _say("All workers ended.")
    raise typer.Exit


def _look_after(crew: Crew, app: App, scaler: Autoscaler, target_seconds: float, stop: threading.Event) -> None:
    before = -1
    while not stop.is_set():
        count = _target(app, scaler, target_seconds, len(crew.members))
        crew.become(count, lambda: _idle(app))
        if count != before:
            _say(f"{count} workers are wanted." if count != 1 else "1 worker is wanted.")
        before = count
        stop.wait(LOOK_SECONDS)


def _target(app: App, scaler: Autoscaler, target_seconds: float, present: int) -> int:
    """As many as there are while the database does not answer."""
    try:
        wanted = wanted_workers(app.scaling.backlog(app.clock.now()), target_seconds)
    except Transient:
        return max(present, scaler.least)
    return scaler.target(wanted, time.monotonic())


def _idle(app: App) -> set[int]:
    """Processes of workers in the list that run nothing; none while the database does not answer."""
    try:
        found, _ = app.workers.workers(WorkerFilter(limit=MOST_WORKERS_LISTED), app.clock.now())
    except Transient:
        return set()
    return {worker.pid for worker in found if worker.host == socket.gethostname() and not worker.jobs}


def _started() -> subprocess.Popen[bytes]:
    program = "from dart_batch.entrypoints.cli import main; main()"
    return subprocess.Popen([sys.executable, "-P", "-c", program, "worker"], start_new_session=True)  # noqa: S603  our own program


def _say(text: str) -> None:
    err().print(text, soft_wrap=True)
