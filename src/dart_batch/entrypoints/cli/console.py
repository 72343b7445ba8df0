"""Where the command line writes: results to stdout, everything about them to stderr."""

import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 120


@cache
def out() -> "Console":
    """For results: tables, JSON, keys. Plain when piped."""
    return _console(stderr=False)


@cache
def err() -> "Console":
    """For progress, hints and errors."""
    return _console(stderr=True)


def print_json(document: Mapping[str, Any] | list[Any]) -> None:
    """One JSON document on stdout, with dates and paths as text."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2, default=str) + "\n")


def interactive() -> bool:
    """Whether somebody is there to answer a question."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _console(*, stderr: bool) -> "Console":
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(stderr=stderr, highlight=False, width=width)
