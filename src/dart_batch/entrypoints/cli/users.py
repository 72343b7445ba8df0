"""`dart-batch users`: who logs in on the page."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.teaching import examples

if TYPE_CHECKING:
    from dart_batch.bootstrap import App

users_app = typer.Typer(help="Create, list and change the users of the page.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the user, in any case.")]
RoleName = Literal["viewer", "operator", "admin"]


@users_app.command("create", epilog=examples("dart-batch users create minji --role operator"))
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Jobs of the user are owned by this name.")],
    role: Annotated[
        RoleName, typer.Option(help="viewer reads; operator also runs jobs and controls its own; admin: everything.")
    ],
) -> None:
    """Create a user and print a link that logs in once, within 15 minutes; the page then asks for a password."""
    from dart_batch.bootstrap import build
    from dart_batch.domain.access.role import Role
    from dart_batch.entrypoints.cli.local_actor import local_actor

    app = build()
    user = app.access.users.create(name, Role(role), None, local_actor())
    _tell_link(app, user.name)


@users_app.command("link", epilog=examples("dart-batch users link minji"))
def link(name: Name) -> None:
    """Print a link that logs the user in once, within 15 minutes: for a first or a forgotten password."""
    from dart_batch.bootstrap import build

    _tell_link(build(), name)


@users_app.command("list", epilog=examples("dart-batch users list --json"))
def list_users(
    json: Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")] = False,
) -> None:
    """List the users."""
    from rich.markup import escape
    from rich.table import Table

    from dart_batch.application.access_views import user_view
    from dart_batch.bootstrap import build

    rows = [user_view(user) for user in build().access.users.all()]
    if json:
        print_json({"items": rows})
        return
    table = Table("name", "role", "password", "created", "disabled")
    for row in rows:
        times = [(row[name] or "")[:16].replace("T", " ") for name in ("createdAt", "disabledAt")]
        table.add_row(escape(row["name"]), row["role"], "set" if row["passwordSet"] else "not yet", *times)
    out().print(table if rows else "There is no user yet. A first one: `dart-batch users create NAME --role admin`.")


@users_app.command(
    "passwd", epilog=examples("dart-batch users passwd minji", "pass show dart | dart-batch users passwd li")
)
def passwd(name: Name) -> None:
    """Set a user's password, asked for on the terminal or read from stdin; the user is logged out everywhere."""
    import sys

    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.local_actor import local_actor

    if sys.stdin.isatty():
        password = str(typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True))
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    build().access.users.set_password(name, password, local_actor())
    err().print(f"The password of {name} is set.", markup=False)


@users_app.command("role", epilog=examples("dart-batch users role minji viewer"))
def role(name: Name, role: Annotated[RoleName, typer.Argument(help="The new role.")]) -> None:
    """Give a user another role; the user is logged out everywhere."""
    from dart_batch.bootstrap import build
    from dart_batch.domain.access.role import Role
    from dart_batch.entrypoints.cli.local_actor import local_actor

    build().access.users.set_role(name, Role(role), local_actor())
    err().print(f"{name} has the role {role} now.", markup=False)


@users_app.command("disable", epilog=examples("dart-batch users disable minji"))
def disable(name: Name) -> None:
    """Let a user in no more; servers end the user's sessions within a few seconds."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.local_actor import local_actor

    build().access.users.disable(name, local_actor())
    err().print(f"{name} is disabled.", markup=False)


@users_app.command("enable", epilog=examples("dart-batch users enable minji"))
def enable(name: Name) -> None:
    """Let a disabled user in again."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.local_actor import local_actor

    build().access.users.enable(name, local_actor())
    err().print(f"{name} is enabled.", markup=False)


def _tell_link(app: "App", name: str) -> None:
    from dart_batch.entrypoints.cli.local_actor import local_actor

    token = app.access.users.link(name, local_actor())
    typer.echo(f"http://localhost:{app.settings.dart_api_port}/batch#login={token}")
    err().print("The link works once, within 15 minutes; replace the address by that of your server.", soft_wrap=True)
