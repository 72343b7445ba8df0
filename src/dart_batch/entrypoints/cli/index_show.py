"""Shows published readings, or the definition a user named."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from dart_batch.application.definitions import resolve_definition
from dart_batch.bootstrap import App
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.entrypoints.cli.console import out, print_json
from dart_batch.entrypoints.cli.index_choice import Choice, at_side, choose, day, readings_of
from dart_batch.entrypoints.cli.index_definitions import show_definition
from dart_batch.entrypoints.cli.index_lineage import show_reading
from dart_batch.entrypoints.cli.level_colours import colour_at, level_title
from dart_batch.entrypoints.cli.outcome import sparkline

if TYPE_CHECKING:
    from rich.text import Text

NEWEST, SPARK = 20, 60


@dataclass(frozen=True, slots=True)
class Wish:
    """What to show, in the user's words."""

    name: str | None
    market: str | None
    definition: str | None
    date: str | None
    start: str | None
    end: str | None
    as_of: str | None = None
    job: str | None = None
    toml: bool = False


def show_index(app: App, wish: Wish, *, as_json: bool) -> None:
    """The definition `wish.name` when nothing else is asked for, else readings.

    Raises InvalidParameters for two definitions or --date with a span, and what choosing and showing raise.
    """
    about_readings = any((wish.market, wish.definition, wish.date, wish.start, wish.end, wish.as_of, wish.job))
    if wish.toml and not wish.name:
        raise InvalidParameters("--toml needs the name of a definition.", hint="dart-batch index show kospi --toml")
    if wish.name and (wish.toml or not about_readings):
        with app.uow() as uow:
            definition = resolve_definition(uow, wish.name)
        show_definition(app, definition, toml=wish.toml, as_json=as_json)
        return
    if wish.name and wish.definition:
        raise InvalidParameters(f"Name one definition: {wish.name} or --definition {wish.definition}.")
    if wish.date and (wish.start or wish.end):
        raise InvalidParameters("Give --date for one session, or --from and --to for many.")
    live = choose(app, wish.market, wish.name or wish.definition, wish.start, wish.end)
    chosen = at_side(app, live, wish.as_of, wish.job)
    if wish.date:
        show_reading(app, chosen, day(wish.date, "--date"), as_json=as_json)
    else:
        _show_readings(app, chosen, as_json=as_json)


def _show_readings(app: App, chosen: Choice, *, as_json: bool) -> None:
    readings = readings_of(app, chosen, components=True)
    whole = chosen.first is None and chosen.last is None
    shown = readings.tail(NEWEST) if whole else readings
    if as_json:
        print_json({"market": chosen.market, "definition": chosen.definition.name, "readings": documents(readings)})
        return
    out().print(_table(shown, chosen))
    values = readings["value"].tail(SPARK).to_list()
    out().print(f"last {len(values)} sessions  {sparkline(values)}", markup=False)
    if shown.height < readings.height:
        out().print(f"The newest {shown.height} of {readings.height:,} sessions; see others with --from and --to.")


def documents(readings: pl.DataFrame) -> list[dict[str, Any]]:
    """Readings as JSON objects in camelCase, components decoded."""
    import json

    wire = {"withheld_reason": "withheldReason", "definition_hash": "definitionHash", "input_hash": "inputHash"}
    rows = readings.rename(wire | {"job_id": "jobId"}).to_dicts()
    return [row | {"components": json.loads(row["components"])} for row in rows]


def _table(readings: pl.DataFrame, chosen: Choice) -> Any:
    from rich.table import Table
    from rich.text import Text

    from dart_batch.adapters.reporting.reading_table import component_scores

    scores = component_scores(readings).drop("date")
    names = ", ".join(scores.columns)
    table = Table(title=Text(chosen.title), title_justify="left", caption=Text(f"components: {names}"))
    table.caption_justify = "left"
    table.add_column("date", no_wrap=True)
    table.add_column("value", justify="right")
    table.add_column("level")
    table.add_column("coverage", justify="right")
    table.add_column("components", no_wrap=True)
    reason = None
    for row, marks in zip(readings.iter_rows(named=True), scores.rows(), strict=True):
        bars = _bars(marks, chosen.definition.levels)
        repeated = row["withheld_reason"] is not None and row["withheld_reason"] == reason
        reason = row["withheld_reason"]
        table.add_row(str(row["date"]), *_value(row, chosen, repeated=repeated), f"{row['coverage']:.0%}", bars)
    return table


def _value(row: dict[str, Any], chosen: Choice, *, repeated: bool) -> "tuple[Text, Text]":
    from rich.text import Text

    if row["value"] is None:
        reason = "as above" if repeated else row["withheld_reason"]
        return Text("-", "dim"), Text(f"withheld: {reason}", "dim")
    style = f"bold {colour_at(row['value'], chosen.definition.levels)}"
    return Text(f"{row['value']:.1f}", style), Text(level_title(row["level"]), style)


def _bars(scores: tuple[float | None, ...], bounds: tuple[float, ...]) -> "Text":
    """A bar per component in its level's colour; a dot where the component is missing."""
    from rich.text import Text

    text = Text()
    for score in scores:
        bar, style = ("·", "dim") if score is None else (sparkline([score]), colour_at(score, bounds))
        text.append(f"{bar} ", style)
    return text
