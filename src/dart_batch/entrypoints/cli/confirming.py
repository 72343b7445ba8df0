"""Asks before something runs, where somebody is there to answer."""

import typer

from dart_batch.domain.errors import Refused
from dart_batch.entrypoints.cli.console import interactive


class NotConfirmed(Refused):
    """Nobody could be asked, or the answer was no."""

    code = "not-confirmed"
    hint = "Add --yes to go ahead without being asked, or --dry-run to see the plan only."


def confirm(question: str) -> None:
    """Raises NotConfirmed without a terminal, or when the answer is no."""
    if not interactive():
        raise NotConfirmed("Nothing was done: there is no terminal on which to ask for confirmation.")
    if not typer.confirm(question, default=True, err=True):
        raise NotConfirmed("Nothing was done.", hint="")
