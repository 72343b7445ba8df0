"""A process of the pool: calls the tasks that arrive over a connection, one after the other.

Run as `python -m dart_batch.adapters.host.pool_child DESCRIPTOR`. It ends when the other end of the connection does,
whatever it is doing then, and leaves signals to its parent.
"""

import os
import pickle
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from traceback import format_exception
from typing import Any

from dart_batch.adapters.host.collector import collect_rarely
from dart_batch.application.ports.process_pool import RemoteFailure
from dart_batch.domain.errors import DartBatchError

Answer = tuple[BaseException | None, Any]


def main(descriptor: int) -> None:
    """Serve until the parent is gone. Computing has a thread of its own, so that the end is noticed at once."""
    collect_rarely()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    parent = Connection(descriptor)
    with suppress(EOFError, OSError):
        computing = ThreadPoolExecutor(1)
        while True:
            computing.submit(_called, parent.recv_bytes()).add_done_callback(partial(_answer, parent))
    os._exit(0)


def _called(order: bytes) -> bytes:
    task, arguments = pickle.loads(order)  # noqa: S301  the other end is our parent
    return _packed((None, _call(task, arguments)))


def _call(task: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    return task(*arguments)


def _answer(parent: Connection, called: "Future[bytes]") -> None:
    error = called.exception()
    parent.send_bytes(called.result() if error is None else _packed((_portable(error), None)))


def _portable(error: BaseException) -> BaseException:
    """Errors made by our plain constructor travel as they are; others as text."""
    if isinstance(error, DartBatchError) and type(error).__init__ is DartBatchError.__init__:
        return error
    told = RemoteFailure(f"{type(error).__name__}: {error}")
    told.add_note("".join(format_exception(error)))
    return told


def _packed(answer: Answer) -> bytes:
    return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
