"""What was ever published: the acts, their rollback, and every value a session had."""

from typing import Any

from dart_batch.application.difference_views import act_view, life_view
from dart_batch.bootstrap import App
from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.finding import find_publication
from dart_batch.entrypoints.cli.index_choice import Choice, NothingPublished, choose, day
from dart_batch.entrypoints.cli.local_actor import local_actor


def list_publications(app: App, chosen: Choice, limit: int, *, as_json: bool) -> None:
    """Publications and rollbacks of one index, the newest first."""
    rows, total = app.publications.acts(chosen.market, chosen.definition.name, limit)
    acts = [act_view(row) for row in rows]
    if as_json:
        print_json({"items": acts, "total": total})
        return
    headings = ("publication", "when (UTC)", "from and to", "what", "job", "reason")
    out().print(_table(f"{chosen.title}: {total:,} publications", headings, [_act_row(act) for act in acts], 3))


def roll_back(app: App, text: str, *, as_json: bool) -> None:
    """Take back the publication with this id or beginning of one. Raises PublicationNotFound, NotRolledBack."""
    publication_id = find_publication(app, text)
    undone = app.roll_back(publication_id, local_actor())
    if as_json:
        print_json({"publicationId": publication_id, "market": undone.market, "index": undone.definition})
        return
    err().print(
        f"Publication {publication_id} is rolled back: {undone.market} / {undone.definition} shows for its "
        f"{undone.sessions:,} sessions what it showed before.",
        markup=False,
        soft_wrap=True,
    )


def show_history(app: App, market: str, session: str, definition: str | None, *, as_json: bool) -> None:
    """Every value the session ever showed. Raises NothingPublished, UnknownMarket, InvalidParameters."""
    chosen, when = choose(app, market, definition, None, None), day(session, "DATE")
    lives = [life_view(row) for row in app.publications.of_session(chosen.market, chosen.definition.name, when)]
    if not lives:
        raise NothingPublished(f"Nothing was ever published for {chosen.title} on {when}.")
    if as_json:
        print_json({"market": chosen.market, "index": chosen.definition.name, "date": str(when), "items": lives})
        return
    headings = ("from (UTC)", "until", "value", "level", "coverage", "definition", "job", "reason")
    out().print(_table(f"{chosen.title} on {when}", headings, [_life_row(life) for life in lives], 3))


def _act_row(act: dict[str, Any]) -> tuple[str, ...]:
    what = f"rolls {act['undoes']} back" if act["undoes"] else "rolled back" if act["undoneBy"] else "published"
    return (
        act["publicationId"],
        _second(act["publishedAt"]),
        f"{act['first'] or '-'} {act['last'] or '-'}",
        f"{what} by {act['publishedBy']}",
        act["jobId"],
        act["reason"],
    )


def _life_row(life: dict[str, Any]) -> tuple[str, ...]:
    return (
        _second(life["since"]),
        _second(life["until"]) if life["until"] else "live",
        "withheld" if life["value"] is None else f"{life['value']:.2f}",
        life["level"] or "-",
        f"{life['coverage']:.0%}",
        life["definition"],
        life["jobId"],
        life["reason"],
    )


def _second(moment: str) -> str:
    return moment[:19].replace("T", " ")


def _table(title: str, headings: tuple[str, ...], rows: list[tuple[str, ...]], whole: int) -> Any:
    """The first `whole` columns are never broken."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left")
    for number, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", no_wrap=number < whole)
    for row in rows:
        table.add_row(*map(Text, row))
    return table
