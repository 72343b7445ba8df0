"""What this program is: its version and the description of its API."""

import importlib
from typing import Annotated

import typer

from dart_batch.entrypoints.cli.console import print_json
from dart_batch.entrypoints.cli.teaching import examples

OPENAPI_EXAMPLES = examples("dart-batch openapi > openapi.json")


def root(
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True, show_default=False)
    ] = False,
) -> None:
    if show_version:
        version()
        raise typer.Exit


def version() -> None:
    """Print the version."""
    from importlib.metadata import version as installed

    typer.echo(f"dart-batch {installed('dart-batch')}")


def openapi() -> None:
    """Print the API's OpenAPI description as JSON; needs no database."""
    print_json(importlib.import_module("dart_batch.entrypoints.api.app").create_app().openapi())
