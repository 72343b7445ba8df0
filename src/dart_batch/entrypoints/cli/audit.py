"""`dart-batch audit`: who did what, and whether the record is whole."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.teaching import examples

if TYPE_CHECKING:
    from dart_batch.domain.access.audit import Link

audit_app = typer.Typer(help="See who did what, and check that the record is whole.", no_args_is_help=True)

LIST_EXAMPLES = examples(
    "dart-batch audit list --act job.cancel", "dart-batch audit list --actor minji --limit 5 --json"
)
VERIFY_EXAMPLES = examples(
    "dart-batch audit verify",
    "dart-batch audit verify --noted 120:3f1b...",
    note="Note the end it prints elsewhere: a chain that was forged as a whole no longer holds that entry.",
)


@audit_app.command("list", epilog=LIST_EXAMPLES)
def list_entries(
    actor: Annotated[str | None, typer.Option(help="What this user or key did.")] = None,
    act: Annotated[str | None, typer.Option(help="Acts of this name, or that begin so: job.cancel, login.")] = None,
    subject: Annotated[str | None, typer.Option(help="What was done to this job, publication, key or user.")] = None,
    limit: Annotated[int, typer.Option(help="Number of entries.", min=1, max=10_000)] = 50,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """List what was done, the last first: who, from where, to what, and what it was before and after."""
    from dart_batch.adapters.persistence.audit_queries import AuditFilter
    from dart_batch.application.access_views import audit_view
    from dart_batch.bootstrap import build

    found = build().audit.entries(AuditFilter(actor, act, subject, limit=limit))
    rows = [audit_view(entry) for entry in found]
    if json:
        print_json({"items": rows})
    elif rows:
        out().print(_table(rows))
    else:
        err().print("Nothing like this was done.")


@audit_app.command("verify", epilog=VERIFY_EXAMPLES)
def verify(
    noted: Annotated[str | None, typer.Option(help="An end NUMBER:HASH that was printed before.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """Check every link of the chain; exit code 1 when an entry was changed, is missing, or is out of order."""
    from dataclasses import asdict

    from dart_batch.bootstrap import build

    head, faults = build().audit.verify(_end(noted) if noted else None)
    if json:
        print_json(
            {"entries": head.number, "end": f"{head.number}:{head.hash}", "faults": [asdict(it) for it in faults]}
        )
    for fault in [] if json else faults:
        err().print(fault.said, markup=False)
    if not json and not faults:
        out().print(f"{head.number:,} entries, all in order. End: {head.number}:{head.hash}", soft_wrap=True)
    raise typer.Exit(1 if faults else 0)


def _end(text: str) -> "Link":
    from dart_batch.domain.access.audit import Link
    from dart_batch.domain.job.errors import InvalidParameters

    number, _, content = text.partition(":")
    if not number.isdigit() or not content:
        raise InvalidParameters("--noted is written NUMBER:HASH.", field="--noted")
    return Link(int(number), content)


def _table(rows: list[dict[str, Any]]) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table("number", "at (UTC)", "who", "from", "act", "subject", "before", "after")
    for row in rows:
        states = [", ".join(f"{name} {value}" for name, value in (row[it] or {}).items()) for it in ("before", "after")]
        who, place = f"{row['actor']} ({row['role']})", f"{row['entry']} {row['address']}".strip()
        cells = (str(row["number"]), row["at"][:19].replace("T", " "), who, place, row["act"], row["subject"], *states)
        table.add_row(*map(Text, cells))
    return table
