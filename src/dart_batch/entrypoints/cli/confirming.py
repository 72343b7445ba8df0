"""Asks before something runs, where somebody is there to answer."""

import typer

from dart_batch.domain.errors import Refused
from dart_batch.entrypoints.cli.console import interactive


class NotConfirmed(Refused):
    """Nobody could be asked, or the answer was no."""

    code = "not-confirmed"


def confirm(question: str, *, look: str = "--dry-run") -> None:
    """Raises NotConfirmed without a terminal, or when the answer is no. `look` is what shows the plan only."""
    if not interactive():
        raise NotConfirmed(
            "Nothing was done: there is no terminal on which to ask for confirmation.",
            hint=f"Add --yes to go ahead without being asked, or use {look} to see the plan only.",
        )
    if not typer.confirm(question, default=True, err=True):
        raise NotConfirmed("Nothing was done.")
