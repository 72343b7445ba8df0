"""What `dart-batch up` says when everything runs."""

from socket import socket

from dart_batch.bootstrap import App
from dart_batch.entrypoints.cli.console import out
from dart_batch.entrypoints.cli.local_key import local_admin_key
from dart_batch.entrypoints.cli.outcome import show_latest
from dart_batch.entrypoints.cli.serve import addresses


def welcome(app: App, host: str, sockets: list[socket], market: str, definition: str) -> None:
    """Latest reading, addresses, and a link that carries the key."""
    pages = addresses(host, sockets)
    show_latest(app, market, definition)
    lines = [f"API    {pages[0].removesuffix('/batch')}", *(f"Page   {page}" for page in pages)]
    lines.append(f"Open   {pages[0]}#key={local_admin_key(app)}")
    for line in [*lines, "Ctrl-C stops everything."]:
        out().print(line, soft_wrap=True)
