"""`dart-batch keys`: API keys."""

from typing import Annotated, Literal

import typer

from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.teaching import examples

keys_app = typer.Typer(help="Create, list and revoke API keys.", no_args_is_help=True)

CREATE_EXAMPLES = examples(
    "dart-batch keys create --role viewer --name grafana",
    "KEY=$(dart-batch keys create --role operator)",
)


@keys_app.command("create", epilog=CREATE_EXAMPLES)
def create(
    role: Annotated[
        Literal["viewer", "operator", "admin"],
        typer.Option(help="viewer reads; operator also runs and controls jobs; admin may do everything."),
    ],
    name: Annotated[str | None, typer.Option(help="What the key is for [the role].")] = None,
) -> None:
    """Create a key and print it, this once only, on stdout."""
    from dart_batch.bootstrap import build
    from dart_batch.domain.access.role import Role

    app = build()
    key_id = app.new_id()
    secret = app.keys.create(key_id, name or role, Role(role), app.clock.now())
    typer.echo(secret)
    err().print(f"Key {key_id} ({role}) is stored as a hash only: keep what was printed, it cannot be shown again.")


@keys_app.command("list", epilog=examples("dart-batch keys list --json"))
def list_keys(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """List the keys, without their secrets."""
    from rich.markup import escape
    from rich.table import Table

    from dart_batch.application.views import moment
    from dart_batch.bootstrap import build

    found = build().keys.list()
    if json:
        fields = ("id", "name", "role")
        times = {"createdAt": "created_at", "revokedAt": "revoked_at"}
        print_json(
            {
                "items": [
                    {name: str(getattr(key, name)) for name in fields}
                    | {name: moment(getattr(key, field)) for name, field in times.items()}
                    for key in found
                ]
            }
        )
        return
    table = Table("id", "name", "role", "created", "revoked")
    for key in found:
        table.add_row(
            key.id, escape(key.name), key.role.value, moment(key.created_at) or "", moment(key.revoked_at) or ""
        )
    out().print(table if found else "There is no key yet. A first one: `dart-batch keys create --role viewer`.")


@keys_app.command("revoke", epilog=examples("dart-batch keys revoke 01k8x0c5s6m2v7j3q9d4e1f8gh"))
def revoke(key_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the key (not the key itself).")]) -> None:
    """Revoke a key for good; servers refuse it within a few seconds."""
    from dart_batch.bootstrap import build

    app = build()
    app.keys.revoke(key_id, app.clock.now())
    err().print(f"Key {key_id} is revoked.")
