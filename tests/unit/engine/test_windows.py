"""Every window operation against plain Python, with holes, and its independence of where the column starts."""

import math
import statistics
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dart_batch.engine import windows

Column = list[float | None]
values = st.one_of(st.none(), st.floats(-50, 50).map(lambda x: round(x, 3)), st.sampled_from([0.0, 1.0]))
columns = st.lists(values, min_size=1, max_size=30)
fills = st.sampled_from([0.5, 0.75, 1.0])


def numpy(column: Column) -> windows.F64:
    return np.array([np.nan if value is None else value for value in column], dtype=np.float64)


def past(column: Column, row: int, window: int) -> Column:
    """The window ending at `row`, newest first; None before the start."""
    return [column[row - age] if row >= age else None for age in range(window)]


def weighted(rows: Column, weights: list[float], fill: float) -> tuple[float, float] | None:
    pairs = [(value, weight) for value, weight in zip(rows, weights, strict=True) if value is not None]
    present = sum(weight for _, weight in pairs)
    if rows[0] is None or present < fill * sum(weights) - 1e-9:
        return None
    return sum(value * weight for value, weight in pairs), present


def oracle(column: Column, window: int, one: Callable[[Column], float | None]) -> Column:
    return [one(past(column, row, window)) for row in range(len(column))]


def equal(actual: windows.F64, expected: Column) -> None:
    np.testing.assert_allclose(actual, numpy(expected), rtol=1e-9, atol=1e-9)


@given(columns, st.integers(2, 6), fills)
def test_sum_and_mean_leave_missing_rows_out(column: Column, window: int, fill: float) -> None:
    sums = oracle(column, window, lambda rows: (found := weighted(rows, [1.0] * window, fill)) and found[0])
    means = oracle(column, window, lambda rows: (found := weighted(rows, [1.0] * window, fill)) and found[0] / found[1])

    equal(windows.window_sum(numpy(column), window, fill), sums)
    equal(windows.mean(numpy(column), window, fill), means)


@given(columns, st.integers(2, 5), st.integers(2, 8), fills)
def test_an_exponential_mean_is_a_weighted_mean_of_its_rows(column: Column, span: int, rows: int, fill: float) -> None:
    weights = [(1 - 2 / (span + 1)) ** age for age in range(rows)]
    expected = oracle(column, rows, lambda part: (found := weighted(part, weights, fill)) and found[0] / found[1])

    equal(windows.ema(numpy(column), span, rows, fill), expected)


def test_the_default_length_leaves_nothing_of_an_exponential_mean_outside() -> None:
    rows = windows.default_ema_rows(39)

    assert rows == 600
    assert 0.95**rows < 1e-13


@given(columns, st.integers(3, 6), fills)
def test_deviation_and_zscore_use_the_sample_standard_deviation(column: Column, window: int, fill: float) -> None:
    def spread(rows: Column) -> float | None:
        present = [value for value in rows if value is not None]
        enough = rows[0] is not None and len(present) >= max(fill * window - 1e-9, 2)
        return statistics.stdev(present) if enough else None

    def z(rows: Column) -> float | None:
        deviation = spread(rows)
        present = [value for value in rows if value is not None]
        if deviation is None or rows[0] is None:
            return None
        return (rows[0] - statistics.fmean(present)) / deviation if len(set(present)) > 1 else 0.0

    equal(windows.standard_deviation(numpy(column), window, fill), oracle(column, window, spread))
    equal(windows.zscore(numpy(column), window, fill), oracle(column, window, z))


def test_a_constant_window_has_exactly_no_deviation() -> None:
    column = np.full(300, 0.1) * 3.0

    assert windows.zscore(column, 125, 1.0)[-1] == 0.0
    assert windows.standard_deviation(column, 125, 1.0)[-1] == 0.0


@given(st.lists(st.floats(-5, 5), min_size=60, max_size=90))
def test_the_summation_gap_is_a_cumulative_summation_minus_its_mean(column: list[float]) -> None:
    window = 20
    summation = np.cumsum(column)
    expected = [summation[row] - statistics.fmean(summation[row - window + 1 : row + 1]) for row in range(window, 60)]

    actual = windows.summation_gap(np.array(column), window, 1.0)

    np.testing.assert_allclose(actual[window:60], expected, atol=1e-9)


def test_a_summation_restarted_in_the_middle_is_the_same() -> None:
    random = np.random.default_rng(1)
    net = random.normal(size=2000)

    def gap(column: windows.F64) -> windows.F64:
        oscillator = windows.ema(column, 19, 600, 0.95) - windows.ema(column, 39, 600, 0.95)
        return windows.summation_gap(oscillator, 252, 0.95)

    whole, late = gap(net), gap(net[2000 - 850 - 100 :])

    np.testing.assert_array_equal(whole[-100:], late[-100:])


@given(st.lists(st.one_of(st.none(), st.floats(-0.3, 0.3)), min_size=1, max_size=25), st.integers(2, 6), fills)
def test_compounding_multiplies_the_returns_present(column: Column, window: int, fill: float) -> None:
    def product(rows: Column) -> float | None:
        if weighted(rows, [1.0] * window, fill) is None:
            return None
        return math.prod(1 + value for value in rows if value is not None) - 1

    equal(windows.compound(numpy(column), window, fill), oracle(column, window, product))


@given(st.lists(st.floats(-0.3, 0.3), min_size=8, max_size=25))
def test_the_compound_gap_is_a_level_over_its_mean(returns: list[float]) -> None:
    levels = np.concatenate([[1.0], np.cumprod(1 + np.array(returns))])
    expected = [levels[row + 1] / levels[row - 3 : row + 2].mean() - 1 for row in range(4, len(returns))]

    actual = windows.compound_gap(np.array(returns), 5, 1.0)

    np.testing.assert_allclose(actual[4:], expected, atol=1e-12)


def test_a_window_with_a_hole_stays_missing_when_it_must_be_full() -> None:
    column = numpy([1.0, 2.0, None, 4.0, 5.0, 6.0])

    assert np.isnan(windows.mean(column, 3, 1.0)).tolist() == [True, True, True, True, True, False]


def test_a_missing_row_has_no_value_however_full_its_window() -> None:
    column = numpy([1.0, 2.0, 3.0, None])

    assert np.isnan(windows.mean(column, 4, 0.5)[-1])


def test_division_by_zero_is_missing() -> None:
    assert np.isnan(windows.divide(np.array([1.0]), np.array([0.0])))[0]


@pytest.mark.parametrize("cut", [1, 7, 40])
def test_no_window_depends_on_where_its_column_starts(cut: int) -> None:
    column = np.random.default_rng(7).normal(size=200)
    column[[60, 61, 130]] = np.nan
    kernels: list[Callable[[windows.F64], windows.F64]] = [
        lambda x: windows.mean(x, 30, 0.9),
        lambda x: windows.ema(x, 5, 60, 0.9),
        lambda x: windows.zscore(x, 30, 0.9),
        lambda x: windows.compound(x / 100, 20, 0.9),
        lambda x: windows.compound_gap(x / 100, 20, 0.9),
        lambda x: windows.summation_gap(x, 30, 0.9),
    ]

    for kernel in kernels:
        np.testing.assert_array_equal(kernel(column)[110:], kernel(column[cut:])[110 - cut :])
