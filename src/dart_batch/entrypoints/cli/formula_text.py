"""Formulas as people write them."""

from dart_batch.domain.index.expression import Call, Expression, Number, QuotesInput, SeriesInput

_SIGNS = {"add": ("+", 1), "subtract": ("-", 1), "multiply": ("*", 2), "divide": ("/", 2)}
_ATOM = 3


def formula_text(expression: Expression) -> str:
    """A text that reads back as the same expression, with every named term written out."""
    return _written(expression)[0]


def _written(expression: Expression) -> tuple[str, int]:
    match expression:
        case Number(number=number):
            return _number(number), _ATOM
        case SeriesInput(series=name):
            return (name if name.isidentifier() and name != "quotes" else f'series("{name}")'), _ATOM
        case QuotesInput(feature=feature):
            return f"quotes.{feature}", _ATOM
        case Call(operation=name, operands=(left, right)) if name in _SIGNS:
            return _joined(name, _written(left), _written(right))
        case Call(operation=name, operands=operands, parameters=parameters):
            parts = [formula_text(operand) for operand in operands] + [_number(number) for _, number in parameters]
            return f"{name}({', '.join(parts)})", _ATOM


def _joined(name: str, left: tuple[str, int], right: tuple[str, int]) -> tuple[str, int]:
    sign, rank = _SIGNS[name]
    closer = rank + (name in ("subtract", "divide"))
    first = left[0] if left[1] >= rank else f"({left[0]})"
    second = right[0] if right[1] >= closer else f"({right[0]})"
    return f"{first} {sign} {second}", rank


def _number(number: float) -> str:
    short = f"{number:g}"
    return short if float(short) == number else repr(number)
