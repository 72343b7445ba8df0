"""docs/index-method.md says what the engine does."""

from pathlib import Path

import pytest

from dart_batch.domain.index.definition import Convention, Method
from dart_batch.engine.definition_file import parse_definition, shipped
from dart_batch.engine.lookback import component_lookback, lookback_sessions
from dart_batch.engine.operations import OPERATIONS
from dart_batch.engine.panel.features import FEATURES

DOCUMENT = (Path(__file__).parents[3] / "docs/index-method.md").read_text(encoding="utf-8")
SIGNS = {"add", "subtract", "multiply", "divide"}


def test_the_documented_definition_is_valid() -> None:
    example = DOCUMENT.split("```toml\n")[1].split("```")[0]

    assert parse_definition(example, "example.toml").identifier == "mine@1"


@pytest.mark.parametrize("word", [*sorted(OPERATIONS.keys() - SIGNS), *FEATURES, *Method, *Convention])
def test_every_word_of_a_definition_is_documented(word: str) -> None:
    assert f"`{word}" in DOCUMENT


def test_the_documented_look_backs_are_those_of_the_definitions() -> None:
    kospi = shipped()["kospi"]

    assert f"{lookback_sessions(kospi):,} sessions for `kospi`" in DOCUMENT
    assert f"{component_lookback(kospi.components[0], kospi.stocks)} for its momentum" in DOCUMENT
