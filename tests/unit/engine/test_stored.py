"""Readings that were read back: the frame, and the hash that names their content."""

from datetime import date

import polars as pl
import pytest

from builders import readings
from dart_batch.engine.stored import StoredReadings

DAY = date(2020, 1, 1)


def stored(frame: pl.DataFrame) -> StoredReadings:
    columns = {name: tuple(frame[name]) for name in frame.columns if name != "components"}
    return StoredReadings(columns | {"session": tuple(map(str, frame["session"]))})


def test_the_frame_holds_what_the_columns_hold() -> None:
    given = readings(DAY, 3)

    assert stored(given).frame.equals(given.drop("components"))
    assert stored(given.clear()).frame.schema == given.drop("components").schema


@pytest.mark.parametrize(
    "changed",
    [
        readings(DAY, 3, value=50.0 + 1e-14),
        readings(DAY, 3, value=None),
        readings(DAY, 2),
        readings(date(2020, 1, 2), 3),
        readings(DAY, 3).with_columns(coverage=pl.lit(0.5)),
        readings(DAY, 3).with_columns(input_hash=pl.lit("f" * 32)),
    ],
    ids=["last bit of a value", "withheld", "fewer", "other sessions", "coverage", "inputs"],
)
def test_the_content_hash_changes_with_whatever_a_reading_says(changed: pl.DataFrame) -> None:
    assert stored(readings(DAY, 3)).content_hash == stored(readings(DAY, 3)).content_hash
    assert stored(changed).content_hash != stored(readings(DAY, 3)).content_hash


def test_nothing_stored_has_a_content_hash_too() -> None:
    assert stored(readings(DAY, 0)).height == 0
    assert len(stored(readings(DAY, 0)).content_hash) == 64
