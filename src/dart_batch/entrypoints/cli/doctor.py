"""`dart-batch doctor`: what is in order, what is not, and what to do about it."""

from typing import Annotated

import typer

from dart_batch.entrypoints.cli.console import out, print_json
from dart_batch.entrypoints.cli.teaching import examples

EXAMPLES = examples(
    "dart-batch doctor",
    "dart-batch doctor --json",
    note="The exit code is 1 when a check fails; warnings do not count.",
)

SIGNS = {"ok": "[green]ok[/green]", "warn": "[yellow]warn[/yellow]", "fail": "[red]FAIL[/red]"}


def doctor(json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False) -> None:
    """Check the installation: Python, folders, database, data, page, ports, workers, disk."""
    from dart_batch.entrypoints.cli.doctor_checks import examine

    found = examine()
    failed = any(check.state == "fail" for check in found)
    if json:
        print_json({"status": "FAIL" if failed else "OK", "checks": [check.to_dict() for check in found]})
    else:
        from rich.markup import escape
        from rich.table import Table

        table = Table("check", "", "found", "what to do")
        for check in found:
            table.add_row(check.name, SIGNS[check.state], escape(check.found), escape(check.advice))
        out().print(table)
    raise typer.Exit(int(failed))
