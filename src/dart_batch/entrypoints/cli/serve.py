"""`dart-batch serve`: API, page and worker in one process."""

from typing import TYPE_CHECKING, Annotated

import typer

from dart_batch.entrypoints.cli.console import err
from dart_batch.entrypoints.cli.teaching import examples

if TYPE_CHECKING:
    from socket import socket

    from dart_batch.settings import Settings

EXAMPLES = examples(
    "dart-batch serve",
    "dart-batch serve --port 8000",
    "BATCH_WORKER_ENABLED=false dart-batch serve",
    note="With BATCH_WORKER_ENABLED=false it runs no jobs; `dart-batch worker` does.",
)

Port = Annotated[
    int | None,
    typer.Option("--port", min=1, max=65535, help="Port of API and page [DART_API_PORT, 3000].", show_default=False),
]
UiPort = Annotated[
    int | None,
    typer.Option(
        min=1, max=65535, help="Second port of the page [DART_UI_PORT, 8082; none with --port].", show_default=False
    ),
]
Host = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all.")]


def serve(port: Port = None, ui_port: UiPort = None, host: Host = "127.0.0.1") -> None:
    """Serve the API and the page, with a worker inside, until Ctrl-C."""
    from dart_batch.bootstrap import build
    from dart_batch.entrypoints.cli.serving import serve_until_stopped
    from dart_batch.settings import load_settings

    settings = load_settings()
    sockets = open_ports(settings, host, port, ui_port)
    build(settings).engine.dispose()
    for address in addresses(host, sockets):
        err().print(f"Serving {address}")
    serve_until_stopped(sockets)


def open_ports(settings: "Settings", host: str, port: int | None, ui_port: int | None) -> "list[socket]":
    """Listening sockets: the API's port, and the page's unless only --port was given. Raises PortTaken."""
    from dart_batch.entrypoints.cli.listening import listen

    api = port or settings.dart_api_port
    wanted = [(api, "DART_API_PORT / --port")]
    page = ui_port or settings.dart_ui_port
    only_one = port is not None and ui_port is None and "dart_ui_port" not in settings.model_fields_set
    if not only_one and page != api:
        wanted.append((page, "DART_UI_PORT / --ui-port"))
    return listen(host, wanted)


def addresses(host: str, sockets: "list[socket]") -> list[str]:
    """Where a browser finds the page: one address per socket."""
    name = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::1", "::") else host  # noqa: S104
    return [f"http://{name}:{listener.getsockname()[1]}/batch" for listener in sockets]
