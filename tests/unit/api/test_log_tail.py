"""New lines of followed logs, from a fake table of lines."""

from collections.abc import Mapping
from typing import Any

import pytest

from dart_batch.entrypoints.api import log_tail
from dart_batch.entrypoints.api.log_tail import WINDOW, LogTail


class Lines:
    """Committed lines as (job, id)."""

    def __init__(self, *written: tuple[str, int]) -> None:
        self.written = list(written)
        self.reads = 0

    def __call__(self, after: Mapping[str, int], limit: int) -> list[dict[str, Any]]:
        self.reads += 1
        found = sorted(line for line in self.written if line[1] > after.get(line[0], 1_000_000))
        return [{"job_id": job_id, "id": line} for job_id, line in sorted(found, key=lambda one: one[1])[:limit]]


def told(tail: LogTail) -> dict[str, list[int]]:
    return {job_id: [row["id"] for row in rows] for job_id, rows in tail.fresh()}


def test_lines_are_told_once_and_by_job() -> None:
    lines = Lines(("a", 1), ("b", 2), ("a", 3), ("c", 4))
    tail = LogTail(lines)
    tail.follow({"a": 0, "b": 0})

    assert told(tail) == {"a": [1, 3], "b": [2]}
    assert told(tail) == {}


def test_a_line_that_is_committed_after_one_with_a_greater_id_is_told() -> None:
    lines = Lines(("a", 7))
    tail = LogTail(lines)
    tail.follow({"a": 0})
    told(tail)

    lines.written.append(("a", 5))

    assert told(tail) == {"a": [5]}


def test_who_comes_later_hears_from_behind_its_own_line() -> None:
    tail = LogTail(Lines(("a", 1), ("a", 2), ("a", 3)))
    tail.follow({"a": 3})
    told(tail)

    tail.follow({"a": 1})

    assert told(tail) == {"a": [2, 3]}


def test_nothing_is_read_when_nobody_follows() -> None:
    lines = Lines(("a", 1))
    tail = LogTail(lines)
    tail.follow({"a": 0})
    tail.keep([])

    assert told(tail) == {}
    assert lines.reads == 0


def test_more_than_one_look_holds_is_told_in_the_looks_that_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_tail, "PAGE", 10)
    count = 3 * WINDOW
    tail = LogTail(Lines(*(("a", line) for line in range(1, count + 1))))
    tail.follow({"a": 0})

    heard: list[int] = []
    while tail.behind:
        heard += told(tail).get("a", [])

    assert heard == list(range(1, count + 1))
