"""New lines of the logs that somebody follows on the live channel."""

from collections.abc import Callable, Collection, Mapping
from itertools import groupby
from typing import Any

WINDOW = 64
PAGE = 1000

Row = dict[str, Any]
Read = Callable[[Mapping[str, int], int], list[Row]]


class LogTail:
    """Reads lines by job and id. A line may be committed after one with a greater id, so the last WINDOW ids are read
    again each time, and what was told already is left out. `behind` says that there is more to read than one look took.
    """

    def __init__(self, read: Read) -> None:
        self._read = read
        self._after: dict[str, int] = {}
        self._told: dict[str, set[int]] = {}
        self.behind = False

    def follow(self, after: Mapping[str, int]) -> None:
        """Tell lines of these jobs from behind the given ids on, those between also to who has heard them."""
        for job_id, line in after.items():
            self._after[job_id] = min(line, self._after.get(job_id, line))
            self._told[job_id] = {told for told in self._told.get(job_id, ()) if told <= line}
            self.behind = True

    def keep(self, job_ids: Collection[str]) -> None:
        """Forget all other jobs."""
        for job_id in self._after.keys() - set(job_ids):
            del self._after[job_id], self._told[job_id]

    def fresh(self) -> list[tuple[str, list[Row]]]:
        """Lines that were not told yet, by job, in the order of their ids."""
        if not self._after:
            return []
        limit = PAGE + WINDOW * len(self._after)
        rows = sorted(self._read(self._after, limit), key=lambda row: (row["job_id"], row["id"]))
        self.behind = len(rows) == limit
        by_job = [(job_id, list(found)) for job_id, found in groupby(rows, key=lambda row: str(row["job_id"]))]
        told = [(job_id, self._new(job_id, found)) for job_id, found in by_job]
        return [(job_id, new) for job_id, new in told if new]

    def _new(self, job_id: str, rows: list[Row]) -> list[Row]:
        told = self._told[job_id]
        new = [row for row in rows if row["id"] not in told]
        if new:
            told |= {row["id"] for row in new}
            self._after[job_id] = max(self._after[job_id], max(told) - WINDOW)
            self._told[job_id] = {line for line in told if line > self._after[job_id]}
        return new
