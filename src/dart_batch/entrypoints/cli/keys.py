"""`dart-batch keys`: API keys."""

from typing import Annotated, Literal

import typer

from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.teaching import examples

keys_app = typer.Typer(help="Create, list and revoke API keys.", no_args_is_help=True)

CREATE_EXAMPLES = examples(
    "dart-batch keys create --role viewer --name grafana",
    "KEY=$(dart-batch keys create --role operator --expires 90d)",
)


@keys_app.command("create", epilog=CREATE_EXAMPLES)
def create(
    role: Annotated[
        Literal["viewer", "operator", "admin"],
        typer.Option(help="viewer reads; operator also runs jobs and controls its own; admin may do everything."),
    ],
    name: Annotated[
        str | None, typer.Option(help="What the key is for; the jobs it submits are owned by this name [role and id].")
    ] = None,
    expires: Annotated[
        str | None, typer.Option(help="When it ends: 90d, 12h, 2w, or a date as YYYY-MM-DD [never].")
    ] = None,
) -> None:
    """Create a key and print it, this once only, on stdout."""
    from dart_batch.bootstrap import build
    from dart_batch.domain.access.role import Role
    from dart_batch.entrypoints.cli.lasting import moment_of
    from dart_batch.entrypoints.cli.local_actor import local_actor

    app = build()
    until = moment_of(expires, app.clock.now()) if expires else None
    key, secret = app.access.keys.create(name or "", Role(role), local_actor(), until)
    typer.echo(secret)
    ends = f", valid until {until:%Y-%m-%d %H:%M} UTC" if until else ""
    err().print(
        f"Key {key.id} ({key.name}, {role}{ends}) is stored as a hash only: keep what was printed, it cannot be shown "
        "again.",
        markup=False,
        soft_wrap=True,
    )


@keys_app.command("list", epilog=examples("dart-batch keys list --json"))
def list_keys(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """List the keys, without their secrets."""
    from rich.markup import escape
    from rich.table import Table

    from dart_batch.application.access_views import key_view
    from dart_batch.bootstrap import build

    app = build()
    rows = [key_view(key, app.clock.now()) for key in app.keys.list()]
    if json:
        print_json({"items": rows})
        return
    table = Table("id", "name", "role", "state", "created", "expires", "last used", "revoked")
    for row in rows:
        times = [(row[name] or "")[:16].replace("T", " ") for name in _TIMES]
        table.add_row(row["id"], escape(row["name"]), row["role"], row["state"], *times)
    out().print(table if rows else "There is no key yet. A first one: `dart-batch keys create --role viewer`.")


_TIMES = ("createdAt", "expiresAt", "lastUsedAt", "revokedAt")


@keys_app.command("revoke", epilog=examples("dart-batch keys revoke 01k8x0c5s6m2v7j3q9d4e1f8gh"))
def revoke(key_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the key (not the key itself).")]) -> None:
    """Revoke a key for good; servers refuse it within a few seconds."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.local_actor import local_actor

    build().access.keys.revoke(key_id, local_actor())
    err().print(f"Key {key_id} is revoked.")
