"""Definition files: shipped ones, and errors that name line and remedy."""

import pytest

from dart_batch.domain.index.definition import Method, Rows
from dart_batch.domain.index.errors import DefinitionError, DefinitionProblem
from dart_batch.engine.definition_file import SHIPPED, parse_definition, shipped, shipped_text
from dart_batch.engine.lookback import component_lookback, input_reach, lookback_sessions

GOOD = """\
name = "mine"
version = 1
title = "Mine"
as_of = "18:00"
minimum_coverage = 0.5

[levels]
extreme_fear = 25
fear = 45
neutral = 55
greed = 75

[normalisation]
method = "percentile"
window = 10
convention = "midrank"

[[component]]
name = "first"
weight = 0.5
direction = "greed"
formula = "a / mean(a, 5) - 1"

[[component]]
name = "second"
weight = 0.5

[[component.indicator]]
name = "one"
direction = "fear"
formula = "b"

[[component.indicator.proxy]]
note = "c in place of b"
formula = "c"
"""


def problems_of(text: str) -> tuple[DefinitionProblem, ...]:
    with pytest.raises(DefinitionError) as refusal:
        parse_definition(text, "mine.toml")
    return refusal.value.problems


def test_the_shipped_definitions_are_valid_and_know_themselves() -> None:
    assert {name: definition.name for name, definition in shipped().items()} == {name: name for name in SHIPPED}
    assert shipped()["kospi"].identifier == "kospi@1"


def test_an_unknown_shipped_name_is_refused() -> None:
    with pytest.raises(KeyError):
        shipped_text("dax")


def test_cnn_is_seven_equal_components_over_own_rows() -> None:
    cnn = shipped()["cnn"]

    assert cnn.rows is Rows.OWN
    assert cnn.carry == 3
    assert [component.weight for component in cnn.components] == [1 / 7] * 7
    assert [component_lookback(component, cnn.stocks) for component in cnn.components] == [624] * 4 + [549] + [624] * 2
    assert not cnn.needs_quotes


def test_kospi_has_the_components_and_weights_of_its_specification() -> None:
    kospi = shipped()["kospi"]

    assert {component.code: component.weight for component in kospi.components} == {
        "PRICE_MOMENTUM": 0.25,
        "INVESTOR_SENTIMENT": 0.25,
        "PUT_CALL_RATIO": 0.15,
        "VOLATILITY": 0.20,
        "SAFE_HAVEN": 0.15,
    }
    assert kospi.levels == (25.0, 45.0, 55.0, 75.0)
    assert input_reach(kospi)["kospi_close"] == 125 + 251
    assert lookback_sessions(kospi) == 2 + 599 + 250 + 251 + 1


def test_a_file_of_ones_own_is_read() -> None:
    definition = parse_definition(GOOD, "mine.toml")

    assert [component.code for component in definition.components] == ["FIRST", "SECOND"]
    assert definition.components[1].indicators[0].sources[1].proxy == "c in place of b"
    assert definition.series_inputs == ("a", "b", "c")
    assert definition.components[0].indicators[0].sources[0].normalisation.method is Method.PERCENTILE


def test_the_hash_is_of_the_content_and_not_of_its_layout() -> None:
    shuffled = GOOD.replace('name = "mine"\nversion = 1', 'version = 1  # first\n\nname   =   "mine"')
    respaced = shuffled.replace("a / mean(a, 5) - 1", "(a/mean(a,window=5)) -1").replace("weight = 0.5", "weight = 2")

    assert parse_definition(respaced, "x").content_hash == parse_definition(GOOD, "y").content_hash
    assert parse_definition(GOOD.replace("mean(a, 5)", "mean(a, 6)"), "z").content_hash != (
        parse_definition(GOOD, "y").content_hash
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "path", "message", "allowed"),
    [
        ("version = 1", "version = 0", 2, "version", "must be a whole number from 1 to 9999, got 0", ""),
        ("version = 1\n", "", 1, "version", "is missing", ""),
        ('"18:00"', '"noon"', 4, "as_of", "local time of day", '"18:00"'),
        ("= 0.5\n\n[levels]", "= 1.5\n\n[levels]", 5, "minimum_coverage", "from 0 to 1, got 1.5", ""),
        ("fear = 45", "fear = 65", 7, "levels", "must ascend", ""),
        ("greed = 75", "gred = 75", 11, "levels.gred", "did you mean `greed`?", "extreme_fear, fear, greed, neutral"),
        ('"percentile"', '"minmax"', 14, "normalisation.method", "not known", "percentile, zscore_rank, trigger_rank"),
        ('"midrank"', '"middle"', 16, "normalisation.convention", "not known", "midrank, strict, weak, mean"),
        ('"first"', '"First One"', 19, "component[1].name", "not a valid name", "camelCase"),
        ("a / mean(a, 5) - 1", "a / mean(a, 1)", 22, "component[1].formula", "(column 13", "from 2 to 2600"),
        ('"second"', '"first"', 25, "component[2].name", "used twice", ""),
        ('"fear"\n', '"up"\n', 30, "component[2].indicator[1].direction", "not known", "greed, fear"),
        ('note = "c in place of b"\n', "", 33, "component[2].indicator[1].proxy[1].note", "is missing", ""),
        ('formula = "c"', "formula = 3", 35, "component[2].indicator[1].proxy[1].formula", "must be a text", ""),
        ("weight = 0.5\ndirection", "weight = -1\ndirection", 20, "component[1].weight", "from 1e-06", ""),
    ],
)
def test_each_problem_names_line_key_and_remedy(
    old: str, new: str, line: int, path: str, message: str, allowed: str
) -> None:
    assert old in GOOD

    found = [problem for problem in problems_of(GOOD.replace(old, new, 1)) if problem.path == path]

    assert found, problems_of(GOOD.replace(old, new, 1))
    assert found[0].line == line
    assert message in found[0].message
    assert allowed in found[0].allowed


def test_all_problems_are_reported_at_once_in_the_order_of_lines() -> None:
    text = GOOD.replace("version = 1", "version = 'one'").replace("window = 10", "window = 1").replace('"b"', '"b +"')

    found = problems_of(text)

    assert [problem.line for problem in found] == [2, 15, 31]


def test_a_file_that_is_no_toml_names_the_line() -> None:
    assert problems_of("name = 'x'\nversion = = 2\n")[0].line == 2


def test_the_message_is_one_line_per_problem() -> None:
    with pytest.raises(DefinitionError) as refusal:
        parse_definition(GOOD.replace("version = 1", "version = 0"), "mine.toml")

    assert str(refusal.value) == "mine.toml: line 2, version: must be a whole number from 1 to 9999, got 0"
    assert refusal.value.code == "definition-invalid"
    assert refusal.value.hint


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('\n[[component]]\nname = "third"\nweight = 1\nindicator = 3', "array of tables"),
        ('\n[terms]\nnet = "a +"', "not a formula"),
        ('\n[terms]\n"no name" = "a"', "identifier"),
        (
            "\n[stocks]\nprice_limits = [{ until = 1999-01-01, limit = 0.1 }, { until = 1998-01-01, limit = 0.2 }]",
            "ascend",
        ),
        ('\n[stocks]\nprice_limits = [{ until = "soon", limit = 0.1 }]', "must be a date"),
        ('\n[[component]]\nname = "third"\nweight = 1\nindicator = []', "at least one indicator"),
    ],
)
def test_tables_of_the_wrong_shape_are_refused(more: str, message: str) -> None:
    assert any(message in problem.message for problem in problems_of(GOOD + more))


def test_a_definition_without_components_is_refused() -> None:
    head = GOOD.split("[[component]]", maxsplit=1)[0]

    assert any("at least one [[component]]" in problem.message for problem in problems_of(head))


def test_an_alarm_is_never_greed() -> None:
    alarm = 'normalisation = { method = "trigger_rank", z_window = 5, window = 5, z_trigger = 1, level_trigger = 3 }'
    greedy = GOOD.replace('direction = "greed"', f'direction = "greed"\n{alarm}')
    fearful = GOOD.replace('direction = "greed"', f'direction = "fear"\n{alarm}')

    assert any("never greed" in problem.message for problem in problems_of(greedy))
    assert parse_definition(fearful, "x").components[0].indicators[0].sources[0].normalisation.level_trigger == 3.0


def test_quotes_cannot_be_read_by_own_rows() -> None:
    text = GOOD.replace("version = 1", 'version = 1\nrows = "own"').replace(
        'formula = "b"', 'formula = "quotes.advances"'
    )

    assert any("quotes need windows over sessions" in problem.message for problem in problems_of(text))
