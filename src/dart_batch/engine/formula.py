"""Reads a formula such as `kospi_close / mean(kospi_close, 125) - 1` into an expression."""

import ast
from collections.abc import Mapping

from dart_batch.domain.index.expression import Call, Expression, Number, QuotesInput, SeriesInput, inputs
from dart_batch.engine.operations import OPERATIONS, Operation, Parameter
from dart_batch.engine.panel.features import FEATURES
from dart_batch.engine.windows import LONGEST_WINDOW

LONGEST_FORMULA = 2000
MOST_NODES = 300
PARTS = 'numbers, series names, series("name"), quotes.<feature>, + - * /, operations'
_SIGNS: Mapping[type, str] = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide"}


class FormulaError(ValueError):
    """A formula cannot be read; `column` is 1-based, `allowed` names what could stand there."""

    def __init__(self, message: str, column: int, allowed: str = "") -> None:
        super().__init__(message)
        self.column = column
        self.allowed = allowed


def parse_formula(text: str, terms: Mapping[str, Expression]) -> Expression:
    """Expression of a formula; a name is a term if `terms` has it, else a series, and `quotes.x` a panel feature.

    Raises FormulaError.
    """
    if len(text) > LONGEST_FORMULA:
        raise FormulaError(f"formula longer than {LONGEST_FORMULA} characters", 1)
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise FormulaError(f"not a formula: {error.msg}", error.offset or 1) from error
    if sum(1 for _ in ast.walk(tree)) > MOST_NODES:
        raise FormulaError(f"formula with more than {MOST_NODES} parts", 1, "move parts of it into [terms]")
    expression = _Reader(terms).read(tree.body)
    if not any(inputs(expression)):
        raise FormulaError("formula without any input", 1, "a series name or quotes.<feature>")
    return expression


class _Reader:
    def __init__(self, terms: Mapping[str, Expression]) -> None:
        self.terms = terms

    def read(self, node: ast.expr) -> Expression:
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                found: Expression = Number(float(number))
            case ast.Name(id=name) if name != "quotes":
                found = self.terms.get(name, SeriesInput(name))
            case ast.Attribute(value=ast.Name(id="quotes"), attr=feature):
                found = _feature(feature, node)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
                found = Call(_SIGNS[type(op)], (self.read(left), self.read(right)))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                found = _negated(self.read(operand))
            case ast.Call(func=ast.Name(id="series"), args=[ast.Constant(value=str(name))], keywords=[]) if (
                "." not in name
            ):
                found = SeriesInput(name)
            case ast.Call(func=ast.Name(id=name)):
                found = self.call(name, node)
            case _:
                raise FormulaError(f"`{ast.unparse(node)}` cannot stand in a formula", node.col_offset + 1, PARTS)
        return found

    def call(self, name: str, node: ast.Call) -> Call:
        operation = OPERATIONS.get(name)
        if operation is None:
            raise FormulaError(f"unknown operation `{name}`", node.col_offset + 1, ", ".join(OPERATIONS))
        if len(node.args) < operation.operands:
            raise FormulaError(f"`{name}` needs more operands", node.col_offset + 1, operation.signature)
        operands = tuple(self.read(argument) for argument in node.args[: operation.operands])
        return Call(name, operands, _parameters(operation, node))


def _parameters(operation: Operation, node: ast.Call) -> tuple[tuple[str, float], ...]:
    rest = node.args[operation.operands :]
    named = {keyword.arg or "": keyword.value for keyword in node.keywords}
    given = dict(zip((p.name for p in operation.parameters), rest, strict=False))
    known = {p.name for p in operation.parameters}
    if len(rest) > len(known) or named.keys() - known or named.keys() & given.keys():
        raise FormulaError(f"`{operation.name}` has too many arguments", node.col_offset + 1, operation.signature)
    values: dict[str, float] = {}
    for parameter in operation.parameters:
        values[parameter.name] = _value(operation, parameter, (given | named).get(parameter.name), node, values)
    return tuple(values.items())


def _value(
    operation: Operation, parameter: Parameter, given: ast.expr | None, call: ast.Call, before: Mapping[str, float]
) -> float:
    if given is None and parameter.default is not None:
        return parameter.default(before)
    if given is None:
        message = f"`{operation.name}` needs `{parameter.name}`"
        raise FormulaError(message, call.col_offset + 1, operation.signature)
    number = given.value if isinstance(given, ast.Constant) else None
    fits = isinstance(number, int if parameter.whole else int | float) and not isinstance(number, bool)
    most = LONGEST_WINDOW if parameter.whole else 100.0
    if not fits or not parameter.least <= float(str(number)) <= most:
        what = f"`{parameter.name}` of `{operation.name}`, got `{ast.unparse(given)}`"
        kind = "a whole number" if parameter.whole else "a number"
        raise FormulaError(what, given.col_offset + 1, f"{kind} from {parameter.least:g} to {most:g}")
    return float(str(number))


def _feature(name: str, node: ast.expr) -> QuotesInput:
    if name not in FEATURES:
        allowed = ", ".join(f"quotes.{feature}" for feature in FEATURES)
        raise FormulaError(f"unknown feature `quotes.{name}`", node.col_offset + 1, allowed)
    return QuotesInput(name)


def _negated(operand: Expression) -> Expression:
    return Number(-operand.number) if isinstance(operand, Number) else Call("multiply", (Number(-1.0), operand))
