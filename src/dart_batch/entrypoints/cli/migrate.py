"""`dart-batch migrate`: change place or structure, safely."""

from typing import Annotated, Literal

import typer

from dart_batch.entrypoints.cli.console import out, print_json
from dart_batch.entrypoints.cli.teaching import examples

migrate_app = typer.Typer(
    help="Change the place or the structure of what is stored, safely.",
    no_args_is_help=True,
    epilog="Every migration is a job, planned and verified by hash. The same command goes on after a crash.",
)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and change nothing.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
Detach = Annotated[bool, typer.Option("--detach", help="Leave the work to a worker and return at once.")]
ChunkSize = Annotated[int | None, typer.Option(metavar="N", help="Rows per commit [5000].")]
SliceSize = Annotated[
    int | None, typer.Option("--chunk-size", metavar="N", help="Rows per commit at most; 8 MB at most [20000].")
]


@migrate_app.command("list", epilog=examples("dart-batch migrate list"))
def show_all(json: Json = False) -> None:
    """List the migrations there are, what they do, and how each is taken back."""
    from dart_batch.domain.job.migration import MIGRATIONS

    if json:
        keys = ("name", "version", "title", "reversal")
        print_json([{key: getattr(one, key) for key in keys} for one in MIGRATIONS])
        return
    for one in MIGRATIONS:
        out().print(f"[bold]{one.identifier}[/bold]\n  {one.title}\n  Way back: {one.reversal}", soft_wrap=True)


@migrate_app.command(
    "store",
    epilog=examples(
        "dart-batch migrate store --to sqlite:////srv/dart/new.db --dry-run",
        "dart-batch migrate store --to mysql+pymysql://dart@db.example/dart --yes",
        note="Reads go on meanwhile. Give the target's password as DART_MIGRATION_PASSWORD: it is never stored. "
        "Observations are files beside the database: see docs/operations.md, Moving an installation.",
    ),
)
def store(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="The other database: empty, or not there yet.")],
    chunk_size: SliceSize = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    detach: Detach = False,
    json: Json = False,
) -> None:
    """Move the whole installation to another database, verified by hash on both sides."""
    from dart_batch.adapters.persistence.moving.target import without_password
    from dart_batch.application.job_types.data_migration import order
    from dart_batch.domain.job.migration import StoreMove
    from dart_batch.entrypoints.cli.migrating import app_with, carry_out

    address, password = without_password(to)
    details = StoreMove(address)
    app = app_with(password)
    wanted = order(details, app.retry, day=app.clock.now().date(), chunk_size=chunk_size)
    carry_out(app, wanted, dry_run=dry_run, yes=yes, detach=detach, as_json=json)


@migrate_app.command(
    "legacy",
    epilog=examples(
        "dart-batch migrate legacy --from fear_greed_index.csv --market KOSPI --dry-run",
        "dart-batch migrate legacy --from mysql+pymysql://reader@old.example/dart --publish manual --yes",
        "dart-batch migrate legacy --from old.parquet --table fear_greed_batch_history --job-id 17 --yes",
        note="Imported values are marked as imported: nothing here could compute them. `migrate rejects JOB` lists the "
        "rows that were not taken, each with its reason.",
    ),
)
def legacy(  # noqa: PLR0917  one parameter per option
    source: Annotated[str, typer.Option("--from", metavar="URL|FILE", help="Database, or a .csv or .parquet file.")],
    table: Annotated[str, typer.Option(help="fear_greed_index or fear_greed_batch_history.")] = "fear_greed_index",
    job_id: Annotated[str, typer.Option(help="Which job of the batch history [the only one].")] = "",
    market: Annotated[str, typer.Option("--market", "-m", help="Market whose index it is.")] = "KOSPI",
    index: Annotated[str, typer.Option(help="Name to publish under; no definition's name.")] = "legacy",
    publish: Annotated[
        Literal["auto", "manual"], typer.Option(help="Publish when it is verified, or wait for a decision.")
    ] = "auto",
    chunk_size: ChunkSize = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    detach: Detach = False,
    json: Json = False,
) -> None:
    """Import the index of the TypeScript system as an index of its own."""
    from pathlib import Path

    from dart_batch.adapters.persistence.moving.target import without_password
    from dart_batch.application.job_types.data_migration import order
    from dart_batch.domain.job.migration import LegacyImport
    from dart_batch.domain.job.recalculation import Publish
    from dart_batch.entrypoints.cli.migrating import app_with, carry_out

    address, password = without_password(source) if "://" in source else (str(Path(source).resolve()), "")
    details = LegacyImport(address, table, job_id, index)
    app = app_with(password)
    wanted = order(
        details,
        app.retry,
        day=app.clock.now().date(),
        market=app.calendars.of(market).market,
        chunk_size=chunk_size,
        publish=Publish(publish.upper()),
    )
    carry_out(app, wanted, dry_run=dry_run, yes=yes, detach=detach, as_json=json)


@migrate_app.command("rejects", epilog=examples("dart-batch migrate rejects 0198f3 --json"))
def rejects(
    job: Annotated[str, typer.Argument(help="The import's job id, or its beginning.")], json: Json = False
) -> None:
    """List the rows an import did not take, with the reason of each."""
    from dataclasses import asdict

    from rich.table import Table

    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.finding import find_job

    app = build()
    found = find_job(app, job)
    with app.uow() as uow:
        rows = uow.migrations.rejected(found.id)
    if json:
        print_json([{**asdict(one), "session": one.session and str(one.session)} for one in rows])
        return
    shown = Table("row", "field", "reason", "content", title=f"{len(rows):,} rejected rows", title_justify="left")
    for one in rows:
        shown.add_row(str(one.number), one.field, one.reason, one.content)
    out().print(shown if rows else "No row was rejected.")


@migrate_app.command(
    "rename-definition",
    epilog=examples(
        "dart-batch migrate rename-definition mood seoul-mood --dry-run",
        note="Values, levels and lineage stay as they are, and the old name keeps its history. "
        "`migrate reverse JOB` shows the old name again.",
    ),
)
def rename_definition(
    old: Annotated[str, typer.Argument(help="The name under which the index is published.")],
    new: Annotated[str, typer.Argument(help="Its new name; nothing may be published under it.")],
    chunk_size: ChunkSize = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    detach: Detach = False,
    json: Json = False,
) -> None:
    """Key the history of an index by the new name of its definition, visible all at once at the end."""
    from dart_batch.application.job_types.data_migration import order
    from dart_batch.domain.job.migration import DefinitionRename
    from dart_batch.entrypoints.cli.migrating import app_with, carry_out

    details = DefinitionRename(old, new)
    app = app_with()
    wanted = order(details, app.retry, day=app.clock.now().date(), chunk_size=chunk_size)
    carry_out(app, wanted, dry_run=dry_run, yes=yes, detach=detach, as_json=json)


@migrate_app.command(
    "reverse",
    epilog=examples("dart-batch migrate reverse 0198f3 --yes", note="See `migrate list` for what has which way back."),
)
def reverse(
    job: Annotated[str, typer.Argument(help="The migration's job id, or its beginning.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Take a migration back."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.confirming import confirm
    from dart_batch.entrypoints.cli.finding import find_job
    from dart_batch.entrypoints.cli.local_actor import local_actor

    app = build()
    found = find_job(app, job)
    if not yes:
        confirm(f"Take migration {found.id} back?", look="`dart-batch jobs show`")
    said = app.reverse(found.id, local_actor())
    if json:
        print_json({"jobId": found.id, "message": said})
    else:
        out().print(said, markup=False, soft_wrap=True)
