"""Runs of days laid over an axis of days."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from dart_batch.engine.axis import Int64

Bool = npt.NDArray[np.bool_]
Run = tuple[date, date]


def day_numbers(days: Sequence[date]) -> Int64:
    """Days as days since 1970-01-01."""
    return np.array(days, dtype="datetime64[D]").astype(np.int64)


def covered(axis: Int64, runs: Sequence[Run]) -> Bool:
    """Which days of an ascending axis lie in at least one run, both ends included."""
    steps = np.zeros(len(axis) + 1, dtype=np.int64)
    if runs:
        np.add.at(steps, np.searchsorted(axis, day_numbers([first for first, _ in runs])), 1)
        np.add.at(steps, np.searchsorted(axis, day_numbers([last for _, last in runs]), side="right"), -1)
    return np.cumsum(steps[:-1]) > 0


def latest(axis: Int64, tries: Iterable[tuple[date, date, datetime]]) -> npt.NDArray[np.float64]:
    """For each day the moment (seconds since 1970, UTC) of the last try (a run and its moment) that covers it, -inf
    where none does.
    """
    found = np.full(len(axis), -np.inf)
    for first, last, at in sorted(tries, key=lambda one: one[2]):
        low, high = day_numbers([first, last])
        begin = int(np.searchsorted(axis, low))
        found[begin : int(np.searchsorted(axis, high, side="right"))] = at.timestamp()
    return found


def run_bounds(wanted: Bool) -> list[tuple[int, int]]:
    """First and last place of each unbroken run of true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], wanted, [False]))))
    return [(int(begin), int(stop) - 1) for begin, stop in edges.reshape(-1, 2)]
