"""Levels of the index."""

import pytest

from dart_batch.domain.index.level import Level, level_of

BOUNDS = (25.0, 45.0, 55.0, 75.0)


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (0.0, Level.EXTREME_FEAR),
        (25.0, Level.EXTREME_FEAR),
        (25.000001, Level.FEAR),
        (45.0, Level.FEAR),
        (50.0, Level.NEUTRAL),
        (55.0, Level.NEUTRAL),
        (75.0, Level.GREED),
        (75.1, Level.EXTREME_GREED),
        (100.0, Level.EXTREME_GREED),
    ],
)
def test_an_upper_bound_belongs_to_its_level(value: float, level: Level) -> None:
    assert level_of(value, BOUNDS) is level
