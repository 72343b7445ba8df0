"""What `dart-batch up` says when everything runs."""

from dart_batch.bootstrap import App
from dart_batch.entrypoints.cli.console import out
from dart_batch.entrypoints.cli.local_key import NAME
from dart_batch.entrypoints.cli.outcome import show_latest


def welcome(app: App, link: str | None, pages: list[str], market: str, definition: str) -> None:
    """Latest reading, addresses, where the key is, and a link that logs in once while nobody has a password."""
    show_latest(app, market, definition)
    lines = [f"API    {pages[0].removesuffix('/batch')}", *(f"Page   {page}" for page in pages)]
    lines.append(f"Key    {app.settings.home / NAME}")
    if link is None:
        lines.append("Open   the page, and log in. Forgotten? `dart-batch users link NAME` prints a link.")
    else:
        lines.append(f"Open   {pages[0]}#login={link}")
        lines.append("       (logs you in once, within 15 minutes; the page then asks for a password)")
    for line in [*lines, "Ctrl-C stops everything."]:
        out().print(line, soft_wrap=True)
