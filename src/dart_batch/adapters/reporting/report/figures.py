"""Numbers and days as a report shows them; what is missing is a dash."""

from datetime import date

from dart_batch.adapters.reporting.report.words import MISSING


def points(value: float | None, decimals: int = 1) -> str:
    """Points of the index."""
    return MISSING if value is None else f"{value:.{decimals}f}"


def share(value: float | None, decimals: int = 0) -> str:
    """A share as per cent."""
    return MISSING if value is None else f"{value:.{decimals}%}"


def change(new: float | None, old: float | None) -> str:
    """The difference with its sign."""
    return MISSING if new is None or old is None else _signed(round(new - old, 1), "+.1f")


def signed(value: float | None) -> str:
    """A share as per cent with its sign."""
    return MISSING if value is None else _signed(round(value, 3), "+.1%")


def count(value: int) -> str:
    """A whole number."""
    return f"{value:,}"


def day(value: date) -> str:
    """A day as YYYY-MM-DD."""
    return value.isoformat()


def _signed(value: float, form: str) -> str:
    return format(value, form).replace("-", "\u2212") if value else format(0.0, form[1:])
