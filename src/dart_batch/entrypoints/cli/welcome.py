"""What `dart-batch up` says when everything runs."""

from dart_batch.bootstrap import App
from dart_batch.entrypoints.cli.console import out
from dart_batch.entrypoints.cli.outcome import show_latest


def welcome(app: App, key: str, pages: list[str], market: str, definition: str) -> None:
    """Latest reading, addresses, and a link that carries the key."""
    show_latest(app, market, definition)
    lines = [f"API    {pages[0].removesuffix('/batch')}", *(f"Page   {page}" for page in pages)]
    lines.append(f"Open   {pages[0]}#key={key}")
    for line in [*lines, "Ctrl-C stops everything."]:
        out().print(line, soft_wrap=True)
