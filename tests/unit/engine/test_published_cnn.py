"""The `cnn` definition against what CNN published."""

from datetime import date

import polars as pl
import pytest

from dart_batch.engine.compute import compute
from dart_batch.engine.definition_file import shipped
from engine_frames import SHARED, axis_of

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.exists(), reason="the shared data folder is absent"),
]
SETTLED = date(2023, 1, 4)


@pytest.fixture(scope="module")
def raw() -> pl.DataFrame:
    table = pl.read_csv(SHARED / "cnn/components.csv", try_parse_dates=True)
    noon = pl.col("session").cast(pl.Datetime("us")).dt.offset_by("12h").dt.replace_time_zone("UTC")
    long = table.unpivot(index="date", variable_name="series", value_name="value").drop_nulls()
    return long.rename({"date": "session"}).with_columns(known_at=noon)


@pytest.fixture(scope="module")
def published() -> pl.DataFrame:
    return pl.read_csv(SHARED / "cnn/index.csv", try_parse_dates=True)


def days(raw: pl.DataFrame) -> list[date]:
    return raw["session"].unique().sort().to_list()


def test_every_settled_day_is_reproduced(raw: pl.DataFrame, published: pl.DataFrame) -> None:
    frame = compute(shipped()["cnn"], axis_of(days(raw)), raw)

    both = frame.join(published, left_on="session", right_on="date").filter(pl.col("session") >= SETTLED)
    errors = (both["value"] - both["score"]).abs()
    assert len(errors) == 501
    assert errors.null_count() == 0
    assert errors.max() < 1e-9  # type: ignore[operator]


def test_days_before_the_windows_are_full_are_withheld(raw: pl.DataFrame) -> None:
    frame = compute(shipped()["cnn"], axis_of(days(raw)), raw, wanted=(date(2020, 7, 15), date(2023, 1, 3)))

    assert len(frame) == 623
    assert frame["value"].null_count() == 623
    assert frame["withheld_reason"].null_count() == 0


def test_a_component_without_a_row_carries_its_score(raw: pl.DataFrame) -> None:
    last = date(2024, 12, 31)
    without = raw.filter(~((pl.col("session") == last) & (pl.col("series") == "put_call")))

    carried = compute(shipped()["cnn"], axis_of(days(raw)), without, wanted=(last, last))
    before = compute(shipped()["cnn"], axis_of(days(raw)), raw, wanted=(date(2024, 12, 30), date(2024, 12, 30)))

    parts = [frame["components"].str.json_path_match("$.putCallOptions.score").item() for frame in (carried, before)]
    assert parts[0] == parts[1]
    assert carried["components"].str.json_path_match("$.putCallOptions.imputed").item() == "1"
    assert carried["value"].null_count() == 0
