"""How far back a definition looks, which is finite and known before anything is computed."""

from dart_batch.domain.index.definition import Component, Definition, Method, Normalisation, Source, StockRules
from dart_batch.domain.index.expression import Call, Expression, QuotesInput, SeriesInput
from dart_batch.engine.operations import OPERATIONS
from dart_batch.engine.panel.features import FEATURES


def reach_by_input(expression: Expression, after: int = 1) -> dict[str, int]:
    """Rows of each input that `after` rows of the expression look at, by input name (`quotes.x` for features)."""
    match expression:
        case Call(operation=name, operands=operands, parameters=parameters):
            rows = after + OPERATIONS[name].reach(dict(parameters))
            return _longest([reach_by_input(operand, rows) for operand in operands])
        case SeriesInput(series=name):
            return {name: after}
        case QuotesInput(feature=name):
            return {f"quotes.{name}": after}
        case _:
            return {}


def source_reach(source: Source) -> dict[str, int]:
    """Rows of each input that one score of the source looks at, the current one included."""
    return reach_by_input(source.formula, normalisation_rows(source.normalisation))


def normalisation_rows(rule: Normalisation) -> int:
    """Rows of the raw value that one score looks at."""
    return rule.window if rule.method is Method.PERCENTILE else rule.window + rule.z_window - 1


def input_reach(definition: Definition) -> dict[str, int]:
    """Rows of each series, and sessions of raw stock quotes under the name `quotes`, that one score may look at.

    With carried scores the look-back of the carried row starts up to `carry` rows earlier; that is not in here.
    """
    reached = _longest([source_reach(source) for source in definition.sources])
    series = {name: rows for name, rows in reached.items() if not name.startswith("quotes.")}
    quotes = [rows + _feature_rows(name, definition.stocks) - 1 for name, rows in reached.items() if name not in series]
    return series | ({"quotes": max(quotes)} if quotes else {})


def component_lookback(component: Component, stocks: StockRules) -> int:
    """Rows that one score of the component looks at, quotes included."""
    reached = _longest([source_reach(source) for source in component.sources])
    return max(
        rows + (_feature_rows(name, stocks) - 1 if name.startswith("quotes.") else 0) for name, rows in reached.items()
    )


def lookback_sessions(definition: Definition) -> int:
    """Sessions to load up to and including the first wanted one, so that more history changes no reading.

    One more than the rows looked at, because the first session of an axis cannot tell what landed before it. With
    windows over own rows the figure is in rows of the sparsest series.
    """
    longest = max(component_lookback(component, definition.stocks) for component in definition.components)
    return longest + definition.carry + 1


def _feature_rows(name: str, stocks: StockRules) -> int:
    return FEATURES[name.removeprefix("quotes.")](stocks)


def _longest(parts: list[dict[str, int]]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for part in parts:
        for name, rows in part.items():
            longest[name] = max(rows, longest.get(name, 0))
    return longest
