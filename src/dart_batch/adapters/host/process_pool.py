"""Processes that compute for this one: started when first needed, kept warm, replaced when they die."""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from queue import Empty, SimpleQueue
from typing import Any

from dart_batch.application.ports.process_pool import ProcessLost

LAST_WORDS_SECONDS = 0.5
CHILD = "dart_batch.adapters.host.pool_child"
Order = tuple[Future[Any], bytes]


class HostProcessPool:
    """Implements ProcessPool. A child is a new interpreter, never a fork, so threads and locks of this process are
    not copied; it holds one end of a connection and ends with the other, so a killed parent leaves no orphan.
    """

    def __init__(self, size: int) -> None:
        threads = max(1, len(os.sched_getaffinity(0)) // size)
        self._lanes = [_Lane(threads) for _ in range(size)]

    @property
    def size(self) -> int:
        return len(self._lanes)

    def submit(self, lane: int, task: Callable[..., Any], *arguments: Any) -> Future[Any]:
        return self._lanes[lane % self.size].submit(pickle.dumps((task, arguments), pickle.HIGHEST_PROTOCOL))

    def pids(self) -> list[int]:
        """Processes that run now."""
        return [lane.pid for lane in self._lanes if lane.pid is not None]

    def close(self) -> None:
        """End all processes: the tasks they are at raise ProcessLost, those that wait are cancelled."""
        for lane in self._lanes:
            lane.close()


class _Lane:
    """One process and the thread that talks with it."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._orders: SimpleQueue[Order | None] = SimpleQueue()
        self._child: _Child | None = None
        self._thread: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        child = self._child
        return None if child is None else child.pid

    def submit(self, order: bytes) -> Future[Any]:
        future: Future[Any] = Future()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="pool-lane", daemon=True)
            self._thread.start()
        self._orders.put((future, order))
        return future

    def close(self) -> None:
        with suppress(Empty):
            while (order := self._orders.get_nowait()) is not None:
                order[0].cancel()
        if self._thread is None:
            return
        self._orders.put(None)
        if (child := self._child) is not None:
            child.kill()
        self._thread.join()
        self._thread = None

    def _work(self) -> None:
        while (order := self._orders.get()) is not None:
            future, blob = order
            if future.set_running_or_notify_cancel():
                self._carry_out(future, blob)
        if self._child is not None:
            self._child.reaped()
            self._child = None

    def _carry_out(self, future: Future[Any], blob: bytes) -> None:
        try:
            self._child = self._child or _Child(self._threads)
            error, result = self._child.ask(blob)
        except (EOFError, OSError):
            future.set_exception(self._buried())
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    def _buried(self) -> ProcessLost:
        child, self._child = self._child, None
        if child is None:
            return ProcessLost("No further process could be started.")
        code = child.reaped()
        return ProcessLost(f"A process of the pool died (exit code {code}).", exit_code=code)


class _Child:
    """A process and our end of the connection to it."""

    def __init__(self, threads: int) -> None:
        self._connection, theirs = Pipe()
        paths = os.pathsep.join(sys.path)
        environment = os.environ | {"POLARS_MAX_THREADS": str(threads), "PYTHONPATH": paths}
        try:
            self._process = self._started(theirs, environment)
        finally:
            theirs.close()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, order: bytes) -> tuple[BaseException | None, Any]:
        """Raises EOFError or OSError when the process is gone."""
        self._connection.send_bytes(order)
        answer: tuple[BaseException | None, Any] = pickle.loads(self._connection.recv_bytes())  # noqa: S301  our child
        return answer

    def kill(self) -> None:
        """Ends a task in the middle; from any thread."""
        self._process.kill()

    def reaped(self) -> int:
        """End it, unless it is about to end by itself, and answer its exit code."""
        self._connection.close()
        try:
            return self._process.wait(LAST_WORDS_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    @staticmethod
    def _started(theirs: "Connection[Any, Any]", environment: dict[str, str]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(  # noqa: S603  our own interpreter and module
            [sys.executable, "-P", "-m", CHILD, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )
