"""A month of readings."""

from datetime import date, timedelta

import polars as pl
import pytest

from published import frame, reading


@pytest.fixture
def readings() -> pl.DataFrame:
    """Thirty days of values; the first three and the tenth are withheld."""
    start = date(2024, 1, 1)
    values = [None if day in (0, 1, 2, 9) else 20.0 + day * 2.1 for day in range(30)]
    return frame(*(reading(start + timedelta(days=day), value) for day, value in enumerate(values)))
