"""Moments in the future, as people write them."""

import re
from datetime import UTC, date, datetime, time, timedelta

from dart_batch.domain.job.errors import InvalidParameters

_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
LONGEST_DAYS = 3660


def moment_of(text: str, now: datetime) -> datetime:
    """`90d`, `12h` and `2w` from now on, or the end of a day written YYYY-MM-DD (UTC). Raises InvalidParameters."""
    found = re.fullmatch(r"([0-9]{1,6})([hdw])", text.strip().lower())
    try:
        at = now + int(found[1]) * _UNITS[found[2]] if found else _end_of(date.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        raise InvalidParameters("--expires is written 90d, 12h, 2w or YYYY-MM-DD.", field="--expires") from None
    if not now < at <= now + timedelta(days=LONGEST_DAYS):
        raise InvalidParameters("--expires must lie in the future, within ten years.", field="--expires")
    return at


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)
