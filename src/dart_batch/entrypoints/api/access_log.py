"""One line per request on stderr, without query, body or key. Quiet by default: only failures are written."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO

import structlog
from starlette.types import Scope

from dart_batch.domain.redaction import redact_all

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
LogFormat = Literal["console", "json"]


def _without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {name: redact_all(value) for name, value in event.items()}


class AccessLog:
    """Writes requests at info, answers of 500 and above at warning, and unforeseen failures at error."""

    def __init__(self, level: str, form: LogFormat, stream: TextIO | None = None) -> None:
        last: Any = (
            structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
        )
        self._log = structlog.wrap_logger(
            structlog.PrintLogger(stream or sys.stderr),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.format_exc_info,
                _without_secrets,
                last,
            ],
            wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        )

    @staticmethod
    def of(scope: Scope) -> "AccessLog":
        """The log of the application that serves this request."""
        log: AccessLog = scope["app"].state.log
        return log

    def request(self, scope: Scope, status: int, milliseconds: float) -> None:
        """A request was answered."""
        state = scope.get("state", {})
        write = self._log.warning if status >= 500 else self._log.info
        write(
            "request",
            method=scope["method"],
            path=scope["path"],
            status=status,
            ms=round(milliseconds, 1),
            caller=state.get("caller"),
            request=state.get("request_id"),
        )

    def failure(self, request_id: str, path: str, error: Exception) -> None:
        """A request failed in a way nobody foresaw."""
        self._log.error("failure", request=request_id, path=path, exc_info=error)

    def trouble(self, event: str, error: Exception) -> None:
        """Something in the background failed and will be tried again."""
        self._log.warning(event, error=f"{type(error).__name__}: {error}")
