"""From TOML to a definition, with every problem found on the way."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time

from dart_batch.domain.index.definition import (
    Component,
    Convention,
    Definition,
    Direction,
    Indicator,
    Method,
    Normalisation,
    PriceLimit,
    Rows,
    Source,
    StockRules,
    replace_weights,
    with_unit_weights,
)
from dart_batch.domain.index.expression import Expression, Number, QuotesInput, inputs
from dart_batch.domain.index.weights import SUM_TOLERANCE
from dart_batch.engine.definition_file.table import Problems, Table, shown
from dart_batch.engine.formula import FormulaError, parse_formula
from dart_batch.engine.windows import LONGEST_WINDOW

LEVEL_KEYS = ("extreme_fear", "fear", "neutral", "greed")
TOP_KEYS = (
    *("name", "version", "title", "description", "rows", "as_of", "minimum_coverage", "min_fill", "carry"),
    *("levels", "normalisation", "terms", "stocks", "component", "weights"),
)
INDICATOR_KEYS = ("direction", "formula", "note", "normalisation", "proxy")
_EXTRA_KEYS = {
    Method.PERCENTILE: {"convention"},
    Method.ZSCORE_RANK: {"convention", "z_window"},
    Method.TRIGGER_RANK: {"z_window", "z_trigger", "level_trigger"},
}
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_WIRE_NAME = re.compile(r"[a-z][A-Za-z0-9]{0,39}")
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,59}")


class DefinitionBuilder:
    """Builds one definition; what is wrong ends up in `problems`, and then the result must not be used."""

    def __init__(self, content: Mapping[str, object], problems: Problems) -> None:
        self.top = Table(content, (), problems)
        self.rows = Rows.SESSIONS
        self.terms: dict[str, Expression] = {}

    def build(self) -> Definition:
        """The definition of the whole file."""
        top = self.top
        top.only(TOP_KEYS)
        self.rows = top.choice("rows", Rows, Rows.SESSIONS)
        self._read_terms()
        own = self._components()
        components = self._weighted(own)
        return Definition(
            name=_matching(top, "name", _NAME, "small letters, digits, - and _, starting with a letter"),
            version=top.whole("version", 1, 9999),
            title=top.text("title"),
            description=top.text("description", ""),
            rows=self.rows,
            as_of=self._as_of(),
            levels=self._levels(),
            minimum_coverage=top.number("minimum_coverage", 0.0, 1.0),
            min_fill=top.number("min_fill", 0.01, 1.0, 1.0),
            carry=top.whole("carry", 0, 60, 0),
            stocks=_stock_rules(top.table("stocks")),
            components=components,
            varied=components != own,
        )

    def _as_of(self) -> time:
        value = self.top.text("as_of")
        try:
            return time.fromisoformat(value) if value else time()
        except ValueError:
            self.top.refuse("as_of", f"must be a local time of day, got {shown(value)}", '"18:00"')
            return time()

    def _levels(self) -> tuple[float, float, float, float]:
        table = self.top.table("levels")
        table.only(LEVEL_KEYS)
        low, fear, neutral, greed = (table.number(key, 0.0, 100.0) for key in LEVEL_KEYS)
        if not 0 < low < fear < neutral < greed < 100 and all(key in table.content for key in LEVEL_KEYS):
            self.top.refuse("levels", "upper bounds must ascend strictly inside 0 to 100")
        return low, fear, neutral, greed

    def _read_terms(self) -> None:
        table = self.top.table("terms")
        for name in table.content:
            if not name.isidentifier():
                table.refuse(name, "a term's name must be an identifier")
            self.terms[name] = self._formula(table, name)

    def _components(self) -> tuple[Component, ...]:
        tables = self.top.tables("component")
        components = [self._component(table) for table in tables]
        if not tables:
            self.top.refuse("component", "a definition needs at least one [[component]]")
        _refuse_repeats(tables, [component.name for component in components], "name")
        _refuse_repeats(tables, [component.code for component in components], "code")
        return with_unit_weights(components) if components else ()

    def _weighted(self, components: tuple[Component, ...]) -> tuple[Component, ...]:
        """With the weights of the table [weights], if there is one; then it names every component."""
        if "weights" not in self.top.content:
            return components
        table, names = self.top.table("weights"), [component.name for component in components]
        table.only(names)
        weights = [table.number(name, 0.0, 1.0) for name in names]
        if abs(math.fsum(weights) - 1.0) > SUM_TOLERANCE:
            self.top.refuse("weights", f"add up to {math.fsum(weights):.12g}", "a sum of 1")
        return replace_weights(components, weights)

    def _component(self, table: Table) -> Component:
        nested = "indicator" in table.content
        table.only(("name", "code", "weight", *(("indicator",) if nested else INDICATOR_KEYS)))
        name = _matching(table, "name", _WIRE_NAME, "camelCase letters and digits")
        code = re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper() or "C"
        if "code" in table.content:
            code = _matching(table, "code", _CODE, "capital letters, digits and _")
        weight = table.number("weight", 1e-6, 1e6)
        parts = table.tables("indicator") if nested else [table]
        indicators = tuple(self._indicator(part, None if nested else name) for part in parts)
        if not parts:
            table.refuse("indicator", "a component needs at least one indicator")
        _refuse_repeats(parts, [indicator.name for indicator in indicators], "name")
        return Component(name, code, weight, indicators)

    def _indicator(self, table: Table, name: str | None) -> Indicator:
        if name is None:
            table.only(("name", *INDICATOR_KEYS))
            name = _matching(table, "name", _WIRE_NAME, "camelCase letters and digits")
        direction = table.choice("direction", Direction)
        own = self._normalisation(table, None)
        sources = [Source(self._formula(table, "formula"), own, table.text("note", ""))]
        for proxy in table.tables("proxy"):
            proxy.only(("note", "formula", "normalisation"))
            formula = self._formula(proxy, "formula")
            sources.append(Source(formula, self._normalisation(proxy, own), proxy.text("note")))
        if direction is Direction.GREED and any(s.normalisation.method is Method.TRIGGER_RANK for s in sources):
            table.refuse("direction", "trigger_rank measures alarm, which is never greed", "fear")
        return Indicator(name, direction, tuple(sources))

    def _normalisation(self, table: Table, inherited: Normalisation | None) -> Normalisation:
        if "normalisation" in table.content:
            return _normalisation(table.table("normalisation"))
        if inherited is not None:
            return inherited
        if "normalisation" in self.top.content:
            return _normalisation(self.top.table("normalisation"))
        table.refuse("normalisation", "is missing here and at the top of the file")
        return Normalisation(Method.PERCENTILE, 2)

    def _formula(self, table: Table, key: str) -> Expression:
        text = table.text(key)
        if not text:
            return Number(0.0)
        try:
            expression = parse_formula(text, self.terms)
        except FormulaError as error:
            table.refuse(key, f"{error} (column {error.column} of the formula)", error.allowed)
            return Number(0.0)
        if self.rows is Rows.OWN and any(isinstance(read, QuotesInput) for read in inputs(expression)):
            table.refuse(key, "quotes need windows over sessions", 'rows = "sessions"')
        return expression


def _normalisation(table: Table) -> Normalisation:
    method = table.choice("method", Method)
    table.only({"method", "window"} | _EXTRA_KEYS[method])
    rule = Normalisation(method, table.whole("window", 2, LONGEST_WINDOW))
    if method is not Method.TRIGGER_RANK:
        rule = replace(rule, convention=table.choice("convention", Convention))
    if method is Method.PERCENTILE:
        return rule
    rule = replace(rule, z_window=table.whole("z_window", 2, LONGEST_WINDOW))
    if method is Method.ZSCORE_RANK:
        return rule
    z_trigger, level = table.number("z_trigger", 0.0, 100.0), table.number("level_trigger", -1e12, 1e12)
    return replace(rule, convention=Convention.STRICT, z_trigger=z_trigger, level_trigger=level)


def _stock_rules(table: Table) -> StockRules:
    table.only(("price_limits", "tolerance", "high_low_window", "volatility_window", "groups"))
    usual = StockRules()
    limits = tuple(_price_limit(part) for part in table.tables("price_limits")) or usual.price_limits
    if list(limits) != sorted(limits, key=lambda limit: limit.until):
        table.refuse("price_limits", "must ascend by `until`")
    return StockRules(
        price_limits=limits,
        tolerance=table.number("tolerance", 0.0, 0.05, usual.tolerance),
        high_low_window=table.whole("high_low_window", 2, LONGEST_WINDOW, usual.high_low_window),
        volatility_window=table.whole("volatility_window", 2, 252, usual.volatility_window),
        groups=table.whole("groups", 2, 100, usual.groups),
    )


def _price_limit(table: Table) -> PriceLimit:
    table.only(("until", "limit"))
    until = table.content.get("until", date.max)
    if type(until) is not date:
        table.refuse("until", f"must be a date, got {shown(until)}", "1998-12-06")
        until = date.max
    return PriceLimit(until, table.number("limit", 0.001, 0.9))


def _matching(table: Table, key: str, pattern: re.Pattern[str], allowed: str) -> str:
    value = table.text(key)
    if value and not pattern.fullmatch(value):
        table.refuse(key, f"{shown(value)} is not a valid {key}", allowed)
    return value


def _refuse_repeats(tables: list[Table], values: list[str], key: str) -> None:
    for number, (table, value) in enumerate(zip(tables, values, strict=True)):
        if value and value in values[:number]:
            table.refuse(key, f"{shown(value)} is used twice")
