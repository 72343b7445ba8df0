"""The picture of a difference."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from dart_batch.adapters.reporting.difference_chart import difference_figure


def frame(count: int) -> pl.DataFrame:
    days = [date(2000, 1, 1) + timedelta(days=number) for number in range(count)]
    old = 50 + 40 * np.sin(np.arange(count) / 30)
    new = np.where(np.arange(count) == 5, np.nan, old / 2)
    values = pl.DataFrame({"session": days, "old": old, "new": pl.Series(new, nan_to_null=True)})
    return values.with_columns(delta=pl.col("new") - pl.col("old"))


@pytest.mark.parametrize("count", [1, 40, 3000])
def test_both_lines_are_drawn_and_few_days_are_named(count: int) -> None:
    values, changes = difference_figure(frame(count), "KOSPI / kospi").axes

    assert [line.get_label() for line in values.lines] == ["old", "new"]
    assert 1 <= len(changes.texts) <= 5
    assert ("medians" in values.get_title(loc="left")) is (count == 3000)
