"""Where the command line writes: results to stdout, everything about them to stderr."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@cache
def out() -> "Console":
    """For results: tables, JSON, keys. Plain when piped."""
    from rich.console import Console

    return Console(highlight=False)


@cache
def err() -> "Console":
    """For progress, hints and errors."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)
