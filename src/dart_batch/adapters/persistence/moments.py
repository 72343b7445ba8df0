"""Moments cross into the database as UTC without zone."""

from datetime import UTC, datetime


def naive(moment: datetime | None) -> datetime | None:
    """A moment as it is stored; null stays null."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


def stored_text(moment: datetime) -> str:
    """The same as text, for statements that pass the driver's types by."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def aware(moment: datetime | None) -> datetime | None:
    """A stored moment with its zone; null stays null."""
    return None if moment is None else moment.replace(tzinfo=UTC)


def utc_now() -> datetime:
    """When a row was touched, as it is stored. Only the live feed reads it; no rule depends on it."""
    return datetime.now(UTC).replace(tzinfo=None)
