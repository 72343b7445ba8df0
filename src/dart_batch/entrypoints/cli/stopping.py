"""SIGINT and SIGTERM as a request to stop at the next safe point."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_on_signals(announce: Callable[[], None] | None = None) -> Iterator[threading.Event]:
    """An event that the first signal sets; `announce` is called then. A second SIGINT is a KeyboardInterrupt."""
    stop = threading.Event()

    def handle(number: int, _frame: FrameType | None) -> None:
        if stop.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        if not stop.is_set() and announce is not None:
            announce()
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def retire_on_signal() -> Iterator[threading.Event]:
    """An event that SIGUSR1 sets: begin nothing any more, and end when all that runs has ended."""
    retire = threading.Event()
    before = signal.signal(signal.SIGUSR1, lambda _number, _frame: retire.set())
    try:
        yield retire
    finally:
        signal.signal(signal.SIGUSR1, before)
