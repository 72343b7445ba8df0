"""Log lines as people and programs see them: the JSON of API and command line (camelCase)."""

from collections.abc import Mapping
from typing import Any

from dart_batch.application.ports.unit_of_work import DEBUG, ERROR, INFO, WARNING
from dart_batch.application.views import moment

LEVELS = {"DEBUG": DEBUG, "INFO": INFO, "WARNING": WARNING, "ERROR": ERROR}
_NAMES = {number: name for name, number in LEVELS.items()}


def line_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """One line; `attempt` is 0 for lines that belong to none, `chunk` null for lines that are about the whole job."""
    return {
        "id": row["id"],
        "at": moment(row["at"]),
        "level": _NAMES[row["level"]],
        "event": row["event"],
        "message": row["message"],
        "attempt": row["attempt"],
        "chunk": row["chunk"],
    }
