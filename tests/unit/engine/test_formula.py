"""Formulas: what they mean, how far they reach, and what is refused."""

import numpy as np
import pytest

from dart_batch.domain.index.expression import Call, Expression, Number, QuotesInput, SeriesInput
from dart_batch.engine.axis import SessionAxis
from dart_batch.engine.components.evaluate import Evaluator
from dart_batch.engine.formula import FormulaError, parse_formula
from dart_batch.engine.lookback import reach_by_input
from dart_batch.engine.operations import OPERATIONS
from dart_batch.engine.tracks import Column, Track
from engine_frames import axis_of, sessions

ROWS = 40


def evaluate(formula: str, **columns: np.ndarray) -> np.ndarray:
    axis: SessionAxis = axis_of(sessions(ROWS))
    every = np.arange(ROWS)
    lanes = np.zeros((2, ROWS), dtype=np.uint64)
    inputs = {name: Column(values, lanes, axis.days, every) for name, values in columns.items()}
    return Evaluator(Track(every, every, inputs), 1.0).column(parse_formula(formula, {}))


def test_a_formula_reads_like_arithmetic() -> None:
    expected = Call("subtract", (Call("divide", (SeriesInput("a"), Number(2.0))), QuotesInput("advances")))

    assert parse_formula("a / 2 - quotes.advances", {}) == expected


def test_names_of_series_that_are_no_identifiers_are_quoted() -> None:
    assert parse_formula('series("^VIX")', {}) == SeriesInput("^VIX")


def test_terms_stand_for_their_expression() -> None:
    terms: dict[str, Expression] = {"net": parse_formula("a - b", {})}

    assert parse_formula("mean(net, 3)", terms) == parse_formula("mean(a - b, 3)", {})


@pytest.mark.parametrize(
    ("formula", "message", "allowed"),
    [
        ("mean(a)", "`mean` needs `window`", "mean(x, window)"),
        ("mean(a, 2.5)", "got `2.5`", "a whole number from 2 to 2600"),
        ("mean(a, 0)", "got `0`", "a whole number from 2 to 2600"),
        ("mean(a, b)", "got `b`", "a whole number"),
        ("mean(a, True)", "got `True`", "a whole number"),
        ("mean(a, 3, 4)", "too many arguments", "mean(x, window)"),
        ("mean(a, 3, window=4)", "too many arguments", "mean(x, window)"),
        ("mean()", "needs more operands", "mean(x, window)"),
        ("average(a, 3)", "unknown operation `average`", "mean"),
        ("quotes.nonsense", "unknown feature `quotes.nonsense`", "quotes.advances"),
        ("a ** 2", "`a ** 2` cannot stand", "operations"),
        ("a if b else c", "cannot stand", "operations"),
        ("__import__('os')", "unknown operation `__import__`", "mean"),
        ("a.b", "`a.b` cannot stand", "quotes"),
        ("quotes", "`quotes` cannot stand", "quotes"),
        ("1 + 2", "without any input", "series name"),
        ("a +", "not a formula", ""),
        ("a" * 3000, "longer than", ""),
        ("+".join(["a"] * 400), "more than 300 parts", "[terms]"),
    ],
)
def test_a_wrong_formula_says_what_would_be_right(formula: str, message: str, allowed: str) -> None:
    with pytest.raises(FormulaError) as refusal:
        parse_formula(formula, {})

    assert message in str(refusal.value)
    assert allowed in refusal.value.allowed


def test_an_error_names_its_column() -> None:
    with pytest.raises(FormulaError) as refusal:
        parse_formula("a + average(b, 3)", {})

    assert refusal.value.column == 5


def test_reach_adds_up_along_the_longest_way() -> None:
    expression = parse_formula("summation_gap(ema(a, 19, 600) - ema(a, 39), 252) + change(b, 20) + c", {})

    assert reach_by_input(expression) == {"a": 1 + 250 + 599, "b": 21, "c": 1}


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if OPERATIONS[name].parameters])
def test_no_operation_looks_further_back_than_it_declares(operation: str) -> None:
    arguments = {"ema": "x, 3, 7", "bond_return": "x, 7, 2.5"}.get(operation, "x, 7")
    formula = f"{operation}({arguments})"
    reach = reach_by_input(parse_formula(formula, {}))["x"]
    column = np.random.default_rng(5).uniform(0.01, 0.2, ROWS)
    before, inside = column.copy(), column.copy()
    before[ROWS - reach - 1] *= 2
    inside[ROWS - reach] *= 2

    results = [evaluate(formula, x=changed)[-1] for changed in (column, before, inside)]

    assert results[0] == results[1]
    assert results[0] != results[2]


def test_a_bond_returns_its_carry_less_duration_times_the_change_of_yield() -> None:
    yields = np.linspace(3.0, 3.39, ROWS)

    actual = evaluate("bond_return(y, 21, 8)", y=yields)[-1]

    assert actual == pytest.approx(yields[-22] / 100 * 21 / 252 - 8 * (yields[-1] - yields[-22]) / 100)


def test_elementwise_operations_are_missing_where_they_are_not_defined() -> None:
    x = np.array([-1.0, 0.0, 4.0] + [np.nan] * (ROWS - 3))

    assert evaluate("sqrt(x)", x=x)[2] == 2.0
    assert evaluate("log(x)", x=x)[2] == pytest.approx(np.log(4.0))
    assert np.isnan(evaluate("sqrt(x)", x=x)[[0, 3]]).all()
    assert np.isnan(evaluate("log(x)", x=x)[:2]).all()
    assert np.isnan(evaluate("1 / x", x=x)[1])
    assert evaluate("positive(x) - negative(x)", x=x)[:3].tolist() == [1.0, 0.0, 4.0]
    assert evaluate("-x * 2", x=x)[:3].tolist() == [2.0, 0.0, -8.0]


def test_changes_need_both_of_their_ends() -> None:
    x = np.arange(1.0, ROWS + 1)
    x[10] = np.nan

    assert np.flatnonzero(np.isnan(evaluate("change(x, 5)", x=x))).tolist() == [0, 1, 2, 3, 4, 10, 15]
    assert evaluate("change(x, 5)", x=x)[-1] == 40 / 35 - 1
    assert evaluate("log_change(x, 5)", x=x)[-1] == pytest.approx(np.log(40 / 35))
    assert evaluate("difference(x, 5)", x=x)[-1] == 5.0
    assert evaluate("lag(x, 5)", x=x)[-1] == 35.0
