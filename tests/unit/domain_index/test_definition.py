"""A definition as data: identity, selection, inputs."""

from dataclasses import replace

import pytest

from dart_batch.domain.index.definition import Definition
from dart_batch.domain.index.errors import UnknownComponent
from engine_frames import definition_of


@pytest.fixture
def definition() -> Definition:
    return definition_of({"priceMomentum": "close / mean(close, 3)", "breadth": "quotes.advances", "mood": "close"})


def test_the_identifier_is_name_and_version(definition: Definition) -> None:
    assert definition.identifier == "small@1"


def test_the_hash_changes_with_what_can_change_a_reading(definition: Definition) -> None:
    changes = [
        {"carry": 1},
        {"minimum_coverage": 0.6},
        {"version": 2},
        {"levels": (20.0, 45.0, 55.0, 75.0)},
        {"components": definition.components[:2]},
    ]

    hashes = {replace(definition, **change).content_hash for change in changes}  # type: ignore[arg-type]

    assert len(hashes | {definition.content_hash}) == len(changes) + 1
    assert len(definition.content_hash) == 64


def test_the_hash_ignores_words_that_change_no_reading(definition: Definition) -> None:
    assert replace(definition, title="Other", description="words").content_hash == definition.content_hash


@pytest.mark.parametrize("names", [["priceMomentum", "mood"], ["PRICE_MOMENTUM", "MOOD"], ["mood", "PRICE_MOMENTUM"]])
def test_selected_components_share_the_whole_weight(definition: Definition, names: list[str]) -> None:
    selected = definition.select(names)

    assert [(part.name, part.weight) for part in selected.components] == [("priceMomentum", 0.5), ("mood", 0.5)]
    assert selected.content_hash != definition.content_hash
    assert not selected.needs_quotes


def test_selecting_all_components_changes_nothing(definition: Definition) -> None:
    assert definition.select(["mood", "BREADTH", "priceMomentum"]) is definition


@pytest.mark.parametrize("names", [[], ["mood", "nonsense"]])
def test_an_unknown_or_empty_selection_names_what_there_is(definition: Definition, names: list[str]) -> None:
    with pytest.raises(UnknownComponent, match="PRICE_MOMENTUM, BREADTH, MOOD"):
        definition.select(names)


def test_inputs_are_named_once_and_quotes_apart(definition: Definition) -> None:
    assert definition.series_inputs == ("close",)
    assert definition.needs_quotes
