"""Formulas as text."""

import pytest

from dart_batch.engine.definition_file import shipped
from dart_batch.engine.formula import parse_formula
from dart_batch.entrypoints.cli.formula_text import formula_text


@pytest.mark.parametrize("name", ["cnn", "kospi", "us"])
def test_the_text_of_a_shipped_formula_reads_back_as_the_same_expression(name: str) -> None:
    formulas = [source.formula for source in shipped()[name].sources]

    assert [parse_formula(formula_text(formula), {}) for formula in formulas] == formulas


@pytest.mark.parametrize(
    "text",
    [
        "a - (b - c)",
        "a - b - c",
        "a / (b * c)",
        "(a + b) * c",
        "a * b + c",
        'series("S&P 500") / 2',
        "-1 * mean(a, 5)",
        "a / 1234567.5",
    ],
)
def test_parentheses_stand_where_they_are_needed_and_nowhere_else(text: str) -> None:
    assert formula_text(parse_formula(text, {})) == text
