"""What this program is: its version and the description of its API."""

import importlib
from typing import Annotated

import typer

from dart_batch.entrypoints.cli.console import print_json
from dart_batch.entrypoints.cli.teaching import examples

OPENAPI_EXAMPLES = examples("dart-batch openapi > openapi.json")


def _print_version(wanted: bool) -> None:
    if wanted:
        version()
        raise typer.Exit


def root(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Options that stand before the command."""


def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    typer.echo(f"dart-batch {installed('dart-batch')}")


def openapi() -> None:
    """Print the API's OpenAPI description as JSON; needs no database."""
    print_json(importlib.import_module("dart_batch.entrypoints.api.app").create_app().openapi())
