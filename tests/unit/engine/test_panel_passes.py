"""The stock panel's short cuts give what the plain way gives."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dart_batch.engine.panel.features import _Grouping
from dart_batch.engine.panel.matrix import Panel
from dart_batch.engine.panel.moves import UNIT, clean_moves
from dart_batch.engine.panel.sliding import against_earlier, before


def panel(close: list[list[float]], volume: list[list[int]] | None = None) -> Panel:
    prices = np.array(close)
    shares = np.array(volume) if volume else np.full(prices.shape, 100)
    tickers = [f"T{number}" for number in range(len(prices))]
    return Panel(0, tickers, prices > 0, prices, shares, np.zeros((1, prices.shape[1]), dtype=np.int64))


def test_comparing_with_earlier_columns_never_reaches_into_another_row() -> None:
    matrix = np.array([[1, 2, 4], [100, 200, 400]])

    assert against_earlier(matrix, 1, np.subtract).tolist() == [[1, 1, 2], [100, 100, 200]]
    assert against_earlier(matrix, 7, np.subtract).tolist() == matrix.tolist()
    assert before(matrix).tolist() == [[1, 1, 2], [100, 100, 200]]


def test_moves_are_returns_rounded_to_whole_units() -> None:
    prices = np.round(np.exp(np.random.default_rng(5).normal(9, 0.05, (4, 50))))

    moves = clean_moves(panel(prices.tolist()), np.full(50, 0.9))

    simple = np.rint((prices[:, 1:] / prices[:, :-1] - 1) * UNIT)
    np.testing.assert_array_equal(moves.simple[:, 1:], simple)
    np.testing.assert_array_equal(moves.log[:, 1:], np.diff(np.rint(np.log(prices) * UNIT), axis=1))


@pytest.mark.parametrize("prices", [[0.0, 5.0, 5.5], [5.0, 0.0, 5.5], [5.0, 50.0, 0.0]])
def test_a_missing_price_or_an_impossible_move_leaves_no_trace(prices: list[float]) -> None:
    moves = clean_moves(panel([prices]), np.full(3, 0.15))

    expected = [False, False, prices[1] > 0 and prices[2] > 0]
    assert moves.real.tolist() == [expected]
    assert (moves.simple != 0).tolist() == [expected]
    assert (moves.log != 0).tolist() == [expected]


def test_a_suspended_stock_keeps_its_chained_price_but_has_no_return() -> None:
    moves = clean_moves(panel([[10.0, 11.0]], [[5, 0]]), np.full(2, 0.15))

    assert moves.simple.tolist() == [[0, 0]]
    assert moves.log[0, 1] > 0


def grouped(variance: list[list[float]]) -> tuple[float, float]:
    grouping = _Grouping(panel([[1.0]] * len(variance)))
    grouping.variance[:] = variance
    grouping.simple[:, 0] = np.arange(len(variance)) * UNIT
    with ThreadPoolExecutor(1) as pool:
        found = grouping.returns(2, pool)
    return found["volatile_return"][0], found["calm_return"][0]


def test_variances_that_only_double_precision_tells_apart_are_told_apart() -> None:
    assert grouped([[1.0], [1.0 + 1e-12], [1.0 + 2e-12], [1.0 + 3e-12]]) == (2.5, 0.5)


def test_stocks_of_exactly_one_variance_are_all_in_the_group() -> None:
    assert grouped([[1.0], [2.0], [2.0], [3.0]]) == (2.0, 1.0)


def test_a_session_without_enough_stocks_has_no_groups() -> None:
    volatile, calm = grouped([[1.0], [np.inf], [np.inf]])

    assert np.isnan(volatile)
    assert np.isnan(calm)
