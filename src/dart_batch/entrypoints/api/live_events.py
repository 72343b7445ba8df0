"""What the live channel says, and the place in it from which a listener goes on."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class LiveEvent:
    """`data` is JSON; `job` is the only job whose followers hear it, null: everybody does. Rendered once for all."""

    name: str
    data: str
    at: datetime
    line: int = 0
    job: str | None = None

    @property
    def id(self) -> str:
        """Leads back to the place right behind the event."""
        stamp = self.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        return f"{stamp};{self.line}" if self.line else stamp

    @cached_property
    def sent(self) -> bytes:
        """As a server-sent event."""
        return f"id: {self.id}\nevent: {self.name}\ndata: {self.data}\n\n".encode()

    @cached_property
    def message(self) -> str:
        """As a message of a web socket: {"id", "event", "data"}."""
        return f'{{"id":"{self.id}","event":"{self.name}","data":{self.data}}}'


def event(name: str, data: Any, at: datetime, line: int = 0, job: str | None = None) -> LiveEvent:
    """An event from what JSON can hold."""
    return LiveEvent(name, json.dumps(data, ensure_ascii=False), at, line, job)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a listener goes on: behind this moment and this line of the logs; null: from now on."""

    at: datetime | None = None
    line: int | None = None


def place_of(event_id: str | None) -> Place:
    """The place in an event id; an id that was never given out starts afresh."""
    stamp, _, line = (event_id or "").strip().partition(";")
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return Place()
    if not at.tzinfo:
        return Place()
    return Place(at, int(line) if line.isascii() and line.isdigit() and len(line) < 19 else None)
