"""The machine's clock, and ids that sort by time."""

import os
import time
from datetime import UTC, datetime
from threading import Lock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]


class SystemClock:
    """Implements Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class _Ids:
    """Each number is greater than the one before, also within a millisecond."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = Lock()

    def next(self) -> int:
        fresh = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
        with self._lock:
            self._last = fresh if fresh >> 80 > self._last >> 80 else self._last + 1
            return self._last


_ids = _Ids()


def new_id() -> str:
    """26 characters: 48 bits of milliseconds, then 80 random bits (Crockford base 32); newer ids of a process sort
    later.
    """
    return _text(_ids.next())


def encoded_id(milliseconds: int, rest: int) -> str:
    """The same form from given parts: 48 bits and 80 bits."""
    return _text(milliseconds << 80 | rest)


def _text(number: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
