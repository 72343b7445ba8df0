"""Charts made of characters."""

from datetime import date

import numpy as np
import pytest

from dart_batch.entrypoints.cli.terminal_chart import blocks, braille, columns_of, date_axis, extremes

BLANK = "⠀"


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def test_the_lowest_and_highest_value_lie_in_the_last_and_first_line() -> None:
    values = np.array([0.0, 0.0, 100.0, 100.0])

    lines = braille(extremes(values, columns_of(days("2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04"), 4)), 2)

    assert lines[0] == BLANK + "⡏"
    assert lines[1] == "⣀⡇"


def test_a_gap_is_blank_and_nothing_is_drawn_across_it() -> None:
    values = np.array([10.0, 10.0, np.nan, np.nan, 90.0, 90.0])
    at = days("2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05", "2024-01-06")

    lines = braille(extremes(values, columns_of(at, 6)), 5)

    assert [line[1] for line in lines] == [BLANK] * 5
    assert [line[2] != BLANK for line in lines].count(True) == 1


def test_a_week_end_shows_friday() -> None:
    starts, stops = columns_of(days("2024-01-05", "2024-01-08"), 4)

    assert list(zip(starts.tolist(), stops.tolist(), strict=True)) == [(0, 1), (0, 1), (0, 1), (1, 2)]


def test_a_crowded_column_shows_its_extremes() -> None:
    shown = extremes(np.array([1.0, 9.0, np.nan, 4.0]), (np.array([0]), np.array([4])))

    assert (shown.low[0], shown.high[0], shown.last[0]) == (1.0, 9.0, 4.0)


def test_a_small_share_is_never_shown_as_nothing() -> None:
    assert blocks([0.0, 0.01, 0.5, 1.0, float("nan")], "·") == " ▁▄█·"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2020, 1, 2), date(2023, 12, 29), ["2020", "2021", "2022", "2023"]),
        (date(2024, 1, 2), date(2024, 3, 29), ["2024-01-02", "2024-01-31", "2024-02-29"]),
    ],
)
def test_the_axis_names_years_or_days_without_touching(first: date, last: date, expected: list[str]) -> None:
    assert date_axis(first, last, 60).split() == expected
