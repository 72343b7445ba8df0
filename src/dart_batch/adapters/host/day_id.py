"""The id of something there is one of per day."""

import hashlib
from datetime import UTC, date, datetime, time

from dart_batch.adapters.host.clock import encoded_id


def day_id(name: str, day: date) -> str:
    """Always the same for a name and a day, and in its place among the ids by time."""
    milliseconds = int(datetime.combine(day, time(), UTC).timestamp() * 1000)
    digest = hashlib.sha256(f"{name} {day}".encode()).digest()
    return encoded_id(milliseconds, int.from_bytes(digest[:10]))
