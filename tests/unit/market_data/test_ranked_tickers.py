"""Tickers as places in their ascending list."""

import polars as pl
import pytest

from dart_batch.adapters.market_data.importers.cells import ranked


def test_tickers_become_an_enum_of_the_ascending_texts_that_occur() -> None:
    pl.Series(["of another file"]).cast(pl.Categorical)

    found = ranked(pl.Series(["005930", "00066A", "005930", "000660"]))

    assert found is not None
    assert found.dtype == pl.Enum(["000660", "00066A", "005930"])
    assert found.to_list() == ["005930", "00066A", "005930", "000660"]
    assert found.to_physical().to_list() == [2, 1, 2, 0]


@pytest.mark.parametrize("cells", [["005930", None], ["005930", ""], ["005930", " 000660"], [5930], []])
def test_what_is_not_plain_text_everywhere_is_left_to_the_slow_way(cells: list[str | int | None]) -> None:
    assert ranked(pl.Series(cells)) is None
