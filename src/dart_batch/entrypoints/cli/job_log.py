"""Reads a job's log in one go or line by line as it grows."""

import json
import logging
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dart_batch.application.views import moment
from dart_batch.bootstrap import App
from dart_batch.entrypoints.cli.console import out, print_json
from dart_batch.entrypoints.cli.running import settled

PAGE = 1000
FOLLOW_SECONDS = 0.5
_COLOURS = {"WARNING": "yellow", "ERROR": "red"}


@dataclass(slots=True)
class LogReader:
    """Lines of one job's log of at least `level`, in their order; `after` is the last id that was read."""

    app: App
    job_id: str
    level: str
    limit: int
    after: int = 0

    def last(self) -> list[dict[str, Any]]:
        """The last `limit` lines there are."""
        return list(deque(self.new(), maxlen=self.limit))

    def new(self) -> Iterator[dict[str, Any]]:
        """Lines that were not read yet."""
        least = logging.getLevelNamesMapping()[self.level.upper()]
        while page := self.app.queries.logs(self.job_id, level=least, after=self.after, limit=PAGE):
            self.after = page[-1]["id"]
            yield from (_line(row) for row in page)

    def until_settled(self) -> Iterator[dict[str, Any]]:
        """New lines as they come, until nothing more happens to the job by itself."""
        pause = threading.Event()
        while True:
            over = settled(self.app.queries.job(self.job_id))
            yield from self.new()
            if over:
                return
            pause.wait(FOLLOW_SECONDS)


def print_log(reader: LogReader, *, follow: bool, as_json: bool) -> None:
    """Print what is there; with `follow` go on until the job is settled or Ctrl-C."""
    first = reader.last()
    if as_json and not follow:
        print_json(first)
        return
    _print_lines(first, as_json=as_json)
    if follow:
        _print_lines(reader.until_settled(), as_json=as_json)


def _print_lines(lines: Iterable[dict[str, Any]], *, as_json: bool) -> None:
    for line in lines:
        if as_json:
            sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            sys.stdout.flush()
        else:
            _print_line(line)


def _print_line(line: dict[str, Any]) -> None:
    from rich.markup import escape

    colour = _COLOURS.get(line["level"])
    level = f"[{colour}]{line['level']:<7}[/{colour}]" if colour else f"{line['level']:<7}"
    place = f" chunk {line['chunk']}" if line["chunk"] is not None else ""
    out().print(f"[dim]{line['at']}[/dim] {level} {line['event']}{place}: {escape(line['message'])}", soft_wrap=True)


def _line(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "at": moment(row["at"]),
        "level": logging.getLevelName(row["level"]),
        "event": row["event"],
        "message": row["message"],
        "attempt": row["attempt"],
        "chunk": row["chunk"],
    }
