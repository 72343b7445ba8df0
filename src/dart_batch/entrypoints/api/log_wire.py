"""Logs on the wire: the shapes of application/log_views, and how they are asked for."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from pydantic import Field

from dart_batch.adapters.persistence.log_queries import LogFilter
from dart_batch.application.log_views import LEVELS
from dart_batch.entrypoints.api.wire import Wire

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class LogsQuery(Wire):
    """Which lines of a log are shown. `q` is searched in the message."""

    level: LogLevel = Field("DEBUG", description="the least grave level to show")
    attempt: int | None = Field(None, ge=0, description="lines of this attempt; 0 for those of none")
    chunk: int | None = Field(None, ge=1, description="lines about this chunk")
    event: str | None = Field(None, max_length=40)
    q: str | None = Field(None, max_length=200)
    after: int = Field(0, ge=0, description="show lines with a greater id")

    def filter(self, limit: int) -> LogFilter:
        """The same for the database."""
        return LogFilter(LEVELS[self.level], self.attempt, self.chunk, self.event, self.q, self.after, limit=limit)


class LogPageQuery(LogsQuery):
    """A page of them."""

    before: int | None = Field(None, ge=1, description="show lines with a smaller id")
    last: bool = Field(False, description="of more than `limit` lines show the last, not the first")
    limit: int = Field(200, ge=1, le=1000)

    def page(self) -> LogFilter:
        """The same for the database."""
        return replace(self.filter(self.limit), before=self.before, last=self.last)


class LogEntry(Wire):
    """A line of a job's log."""

    id: int
    at: datetime
    level: LogLevel
    event: str
    message: str
    attempt: int
    chunk: int | None


class LogPage(Wire):
    """Lines, oldest first. Ask again with after=nextAfter for what came since, and with last=true and
    before=nextBefore for what came before; nextBefore is null where the log begins.
    """

    items: list[LogEntry]
    next_after: int | None
    next_before: int | None
