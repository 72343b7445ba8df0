"""The root command. Sub-commands import what they need when they run, so that --help is quick."""

import sys

import typer

from dart_batch.domain.errors import DartBatchError
from dart_batch.entrypoints.cli.exit_codes import exit_code

app = typer.Typer(
    name="dart-batch",
    help="Batch system for a daily Fear & Greed index: backfill, follow, verify and publish decades of history.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line. A typed error becomes one sentence, its hint and the exit code of its kind."""
    try:
        app()
    except DartBatchError as error:
        sys.stderr.write(f"{error.message}\n")
        if error.hint:
            sys.stderr.write(f"{error.hint}\n")
        sys.exit(exit_code(error))
