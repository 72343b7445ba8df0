"""Moments cross into the database as UTC without zone, in microseconds; SQLite keeps them as text."""

from datetime import UTC, date, datetime
from functools import lru_cache


def naive(moment: datetime | None) -> datetime | None:
    """A moment for a SQLAlchemy statement; null stays null."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


def naive_now() -> datetime:
    """When a row was touched, for a SQLAlchemy statement."""
    return datetime.now(UTC).replace(tzinfo=None)


def aware(moment: datetime | None) -> datetime | None:
    """A moment from a SQLAlchemy row, with its zone; null stays null."""
    return None if moment is None else moment.replace(tzinfo=UTC)


def stored(moment: datetime | None) -> str | None:
    """A moment as text, for statements that pass SQLAlchemy's types by; null stays null."""
    return None if moment is None else stored_text(moment)


@lru_cache(maxsize=1024)
def stored_text(moment: datetime) -> str:
    """A moment as text: 2026-01-02 03:04:05.000006."""
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat(" ", "microseconds")[:26]


def stored_now() -> str:
    """When a row was touched. Only the live feed reads it; no rule depends on it."""
    return stored_text(datetime.now(UTC))


def moment(value: datetime | str | None) -> datetime | None:
    """A moment from a driver's row (text on SQLite), with its zone; null stays null."""
    return None if value is None else certain(value)


def certain(value: datetime | str) -> datetime:
    """The same for a column that is never null."""
    parsed = datetime.fromisoformat(value) if isinstance(value, str) else value
    return parsed.replace(tzinfo=UTC)


def day(value: date | str) -> date:
    """A session from a driver's row (text on SQLite)."""
    return date.fromisoformat(value) if isinstance(value, str) else value
