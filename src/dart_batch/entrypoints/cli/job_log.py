"""Reads a job's log in one go or line by line as it grows."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from dart_batch.adapters.persistence.log_queries import LogFilter, SqlLogQueries
from dart_batch.application.log_views import line_view
from dart_batch.application.ports.clock import StopSignal
from dart_batch.bootstrap import App
from dart_batch.domain.job.status import JobStatus
from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.outcome import INTERRUPTED, exit_code_of
from dart_batch.entrypoints.cli.stopping import stop_on_signals

PAGE = 1000
LOOK_SECONDS = 0.03
UNSETTLED = (JobStatus.QUEUED, JobStatus.RUNNING)
_COLOURS = {"WARNING": "yellow", "ERROR": "red"}


@dataclass(slots=True)
class LogReader:
    """Lines of one job's log that match `wanted`, in their order; what was read is not read again."""

    queries: SqlLogQueries
    job_id: str
    wanted: LogFilter

    def last(self) -> list[dict[str, Any]]:
        """The last lines there are, as many as wanted."""
        return self._read(replace(self.wanted, last=True))

    def new(self) -> Iterator[dict[str, Any]]:
        """Lines that were not read yet."""
        while lines := self._read(replace(self.wanted, limit=PAGE)):
            yield from lines

    def until_settled(self, stop: StopSignal) -> Iterator[dict[str, Any]]:
        """New lines as they come, until nothing more happens to the job by itself or a stop is asked for."""
        over = False
        with self.queries.watch() as watch:
            while not over and not stop.is_set():
                fresh = watch.fresh()
                if fresh is None or self.job_id in fresh:
                    over = self.queries.status(self.job_id) not in UNSETTLED
                    yield from self.new()
                if not over:
                    stop.wait(LOOK_SECONDS)

    def _read(self, wanted: LogFilter) -> list[dict[str, Any]]:
        rows = self.queries.lines(self.job_id, wanted)
        if rows:
            self.wanted = replace(self.wanted, after=rows[-1]["id"])
        return [line_view(row) for row in rows]


def print_log(reader: LogReader, *, as_json: bool) -> None:
    """Print what is there."""
    lines = reader.last()
    if as_json:
        print_json(lines)
    else:
        _print_lines(lines, as_json=False)


def follow_log(app: App, reader: LogReader, *, as_json: bool) -> int:
    """Print what is there and what comes, until the job is settled or Ctrl-C. Answers the exit code."""
    with stop_on_signals() as stop:
        _print_lines(reader.last(), as_json=as_json)
        _print_lines(reader.until_settled(stop), as_json=as_json)
    job = app.queries.job(reader.job_id)
    if not stop.is_set():
        err().print(f"Job {job.id} is {job.status.value}.")
    return exit_code_of(job) if not stop.is_set() else INTERRUPTED


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
