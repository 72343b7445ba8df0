"""Shows index definitions: all of them as a list, one of them in full."""

from typing import TYPE_CHECKING, Any

from dart_batch.application.definitions import all_definitions, definition_text
from dart_batch.bootstrap import App
from dart_batch.domain.index.definition import Component, Definition, Indicator, Method, Normalisation
from dart_batch.domain.index.level import Level
from dart_batch.engine.definition_file import shipped
from dart_batch.engine.lookback import component_lookback, lookback_sessions
from dart_batch.entrypoints.cli.console import out, print_json
from dart_batch.entrypoints.cli.formula_text import formula_text
from dart_batch.entrypoints.cli.level_colours import level_title

if TYPE_CHECKING:
    from rich.table import Table


def list_definitions(app: App, *, as_json: bool) -> None:
    """All definitions with where they are published; a published selection of components has its own line."""
    with app.uow() as uow:
        definitions = all_definitions(uow)
    published = [row | {"latest": app.index.latest(row["market"], row["definition"])} for row in app.index.published()]
    if as_json:
        print_json({"definitions": [_summary(item) for item in definitions], "published": published})
        return
    out().print(_list_table(definitions))
    if published:
        out().print(_published_table(published))
    else:
        out().print("Nothing is published yet. A first index: dart-batch backfill --market US")


def show_definition(app: App, definition: Definition, *, toml: bool, as_json: bool) -> None:
    """One definition for people, as JSON, or as the TOML text it was read from. Raises UnknownDefinition."""
    if toml:
        with app.uow() as uow:
            out().file.write(definition_text(uow, definition))
    elif as_json:
        print_json(_summary(definition) | {"components": [_component(item) for item in definition.components]})
    else:
        _print_definition(definition)


def _print_definition(definition: Definition) -> None:
    from rich.text import Text

    edges = [*definition.levels, 100.0]
    levels = ", ".join(f"{level_title(level)} to {edge:g}" for level, edge in zip(Level, edges, strict=True))
    own = "sessions of the market" if definition.rows == "sessions" else "each series' own rows"
    carried = (
        f"a score is carried over at most {definition.carry} rows" if definition.carry else "no score is carried over"
    )
    lines = [
        definition.description,
        f"Levels (0 to 100, bound included): {levels}.",
        f"Value withheld below a coverage of {definition.minimum_coverage:.0%}; a window needs "
        f"{definition.min_fill:.0%} of its rows; {carried}.",
        f"Windows count {own}. A reading knows what was public by {definition.as_of:%H:%M} local time and looks back "
        f"{lookback_sessions(definition):,} sessions.",
        f"Content hash {definition.content_hash}.",
    ]
    out().print(Text.assemble((f"{definition.identifier}  {definition.title}", "bold"), "\n", "\n".join(lines)))
    for component in definition.components:
        out().print(_component_text(component, component_lookback(component, definition.stocks)))


def _component_text(component: Component, lookback: int) -> Any:
    from rich.text import Text

    text = Text.assemble((f"\n{component.name}", "bold"), f" ({component.code})  weight {component.weight:.4g}")
    text.append(f"  looks back {lookback:,} rows", "dim")
    for indicator in component.indicators:
        text.append(f"\n  {indicator.name}: higher means {indicator.direction}; ")
        text.append(rule_text(indicator.sources[0].normalisation))
        for source in indicator.sources:
            text.append(f"\n    {formula_text(source.formula)}", "cyan")
            text.append(f"\n      proxy: {source.proxy}" if source.proxy else "", "yellow")
    return text


def rule_text(rule: Normalisation) -> str:
    """A normalisation in words."""
    match rule.method:
        case Method.PERCENTILE:
            return f"percentile among {rule.window} rows ({rule.convention})"
        case Method.ZSCORE_RANK:
            return f"z-score over {rule.z_window} rows, ranked among {rule.window} ({rule.convention})"
        case _:
            return (
                f"z-score over {rule.z_window} rows above {rule.z_trigger:g}, plus 1 above a level of "
                f"{rule.level_trigger:g}, ranked among {rule.window}; never greed"
            )


def _list_table(definitions: list[Definition]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table("name", "origin", "title", "components", title="Definitions", title_justify="left")
    for item in definitions:
        parts = ", ".join(component.name for component in item.components)
        table.add_row(Text(item.identifier), _origin(item), Text(item.title), Text(parts))
    return table


def _published_table(published: list[dict[str, Any]]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table("market", "definition", "from", "to", title="Published", title_justify="left")
    table.add_column("sessions", justify="right")
    table.add_column("latest", no_wrap=True)
    for row in published:
        latest = row["latest"]
        shown = f"{latest['date']}  {latest['value']:.1f}  {level_title(latest['level'])}" if latest else "all withheld"
        days = [str(row["first"]), str(row["last"])]
        table.add_row(row["market"], Text(row["definition"]), *days, f"{row['sessions']:,}", shown)
    return table


def _origin(definition: Definition) -> str:
    hashes = {item.content_hash for item in shipped().values()}
    return "shipped" if definition.content_hash in hashes else "user"


def _summary(definition: Definition) -> dict[str, Any]:
    return {
        "identifier": definition.identifier,
        "name": definition.name,
        "version": definition.version,
        "origin": _origin(definition),
        "title": definition.title,
        "description": definition.description,
        "contentHash": definition.content_hash,
        "levels": list(definition.levels),
        "minimumCoverage": definition.minimum_coverage,
        "lookbackSessions": lookback_sessions(definition),
        "components": [item.name for item in definition.components],
    }


def _component(component: Component) -> dict[str, Any]:
    return {
        "name": component.name,
        "code": component.code,
        "weight": component.weight,
        "indicators": [_indicator(item) for item in component.indicators],
    }


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "name": indicator.name,
        "direction": indicator.direction.value,
        "sources": [
            {
                "formula": formula_text(source.formula),
                "normalisation": rule_text(source.normalisation),
                "proxy": source.proxy or None,
            }
            for source in indicator.sources
        ],
    }
