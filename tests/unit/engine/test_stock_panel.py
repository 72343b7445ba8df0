"""Raw stock quotes to features: corporate actions, suspensions, limits, highs and groups."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dart_batch.domain.index.definition import PriceLimit, StockRules
from dart_batch.engine.panel.features import FEATURES
from dart_batch.engine.panel.matrix import price_limits
from dart_batch.engine.panel.sliding import sliding_extreme, sliding_sum
from dart_batch.engine.panel.stocks import StockFeatures, Stocks
from engine_frames import axis_of, moment, quote, quote_frame, sessions

RULES = StockRules(
    price_limits=(PriceLimit(date.max, 0.15),), high_low_window=4, volatility_window=3, groups=2, tolerance=0.005
)


def features(prices: dict[str, list[float]], volumes: dict[str, list[int]] | None = None) -> StockFeatures:
    days = sessions(max(len(column) for column in prices.values()))
    rows = [
        quote(ticker, day, close, (volumes or {}).get(ticker, [100] * len(days))[number])
        for ticker, column in prices.items()
        for number, (day, close) in enumerate(zip(days, column, strict=False))
        if close >= 0
    ]
    stocks = Stocks(axis_of(days), quote_frame(rows), RULES, 1.0, frozenset(FEATURES))
    return stocks.features(0, len(days))


def test_a_split_is_no_return_and_no_low() -> None:
    found = features({"A": [100, 101, 102, 103, 51.5, 52]}).values

    assert found["mean_return"][1] == pytest.approx(0.01, abs=1e-11)
    assert np.isnan(found["mean_return"][4])
    assert found["mean_return"][5] == pytest.approx(52 / 51.5 - 1, abs=1e-11)
    assert found["new_lows"][4] == 0
    assert found["new_highs"][5] == 1


@pytest.mark.parametrize(
    ("move", "kept"), [(0.15, True), (0.154, True), (0.156, False), (-0.154, True), (-0.156, False)]
)
def test_a_move_beyond_limit_and_tolerance_is_a_corporate_action(move: float, kept: bool) -> None:
    found = features({"A": [1000, 1000 * (1 + move)]}).values

    assert bool(np.isfinite(found["mean_return"][1])) is kept


def test_the_limit_is_that_of_the_session() -> None:
    rules = StockRules((PriceLimit(date(2020, 1, 2), 0.06), PriceLimit(date.max, 0.30)), tolerance=0.005)

    assert price_limits(axis_of(sessions(4)), rules).tolist() == pytest.approx([0.065, 0.065, 0.305, 0.305])


def test_a_suspended_stock_neither_advances_nor_declines_nor_makes_a_high() -> None:
    rising = {"A": [100.0, 101, 102, 103, 104], "B": [100.0, 101, 102, 103, 103]}
    found = features(rising, {"A": [100] * 5, "B": [100, 100, 100, 100, 0]}).values

    assert found["traded"][4] == 1
    assert found["advances"][3:].tolist() == [2, 1]
    assert found["declines"][4] == 0
    assert found["eligible"][3:].tolist() == [2, 1]
    assert found["new_highs"][3:].tolist() == [2, 1]


def test_a_dead_listing_has_no_price() -> None:
    found = features({"A": [100, 100, 0, 0, 50], "B": [10, 10.5, 10, 10, 10]}).values

    assert found["traded"].tolist() == [2, 2, 1, 1, 2]
    assert found["declines"].tolist()[1:] == [0, 1, 0, 0]
    assert found["advances"].tolist()[1:] == [1, 0, 0, 0]


def test_volume_counts_with_the_sign_of_the_move() -> None:
    found = features(
        {"A": [100, 101], "B": [100, 99], "C": [100, 100]}, {"A": [1, 70], "B": [1, 20], "C": [1, 900]}
    ).values

    assert (found["up_volume"][1], found["down_volume"][1]) == (70, 20)


def test_a_tie_with_the_earlier_high_is_no_new_high() -> None:
    found = features({"A": [100, 105, 103, 105, 105.1]}).values

    assert found["new_highs"][3:].tolist() == [0, 1]


def test_highs_need_a_full_history() -> None:
    found = features({"A": [100, 101, 102, 103, 104], "B": [-1, -1, 102, 103, 104]}).values

    assert np.isnan(found["eligible"][:3]).all()
    assert found["eligible"][3:].tolist() == [1, 1]


def test_groups_are_formed_by_what_happened_before_the_session() -> None:
    calm = [100, 100.1, 100, 100.1, 100, 101]
    wild = [100, 110, 100, 110, 100, 97]

    found = features({"A": calm, "B": wild}).values

    assert np.isnan(found["volatile_return"][:4]).all()
    assert found["volatile_return"][5] == pytest.approx(-0.03, abs=1e-11)
    assert found["calm_return"][5] == pytest.approx(0.01, abs=1e-11)


def test_a_session_without_quotes_has_no_features() -> None:
    days = sessions(3)
    frame = quote_frame([quote("A", days[0], 100), quote("A", days[2], 101)])

    found = Stocks(axis_of(days), frame, RULES, 1.0, frozenset(FEATURES)).features(0, 3)

    assert all(np.isnan(column[1]) for column in found.values.values())
    assert np.isnan(found.values["mean_return"][2])
    assert found.counts.tolist() == [1, 0, 1]


def test_no_quotes_at_all_are_no_features() -> None:
    found = Stocks(axis_of(sessions(3)), quote_frame([]), RULES, 1.0, frozenset(FEATURES)).features(0, 3)

    assert all(np.isnan(column).all() for column in found.values.values())


def test_order_of_rows_blocks_slabs_and_threads_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(11)
    days = sessions(60)
    rows = [
        quote(f"T{number:03}", day, round(float(close), 2), int(random.integers(0, 5)))
        for number in range(150)
        for day, close in zip(days, 100 * np.exp(np.cumsum(random.normal(0, 0.04, 60))), strict=True)
        if random.random() > 0.02
    ]
    frame = quote_frame(rows)
    wanted = frozenset(FEATURES)
    whole = Stocks(axis_of(days), frame, RULES, 0.75, wanted).features(0, 60)

    monkeypatch.setattr("dart_batch.engine.panel.stocks.BLOCK", 7)
    monkeypatch.setattr("dart_batch.engine.panel.features.TICKERS_AT_ONCE", 11)
    monkeypatch.setattr("dart_batch.engine.panel.features.THREADS", 3)
    shuffled = frame.collect().sample(fraction=1.0, shuffle=True, seed=3).lazy()
    pieces = Stocks(axis_of(days), shuffled, RULES, 0.75, wanted).features(0, 60)

    np.testing.assert_array_equal(whole.lanes, pieces.lanes)
    for name in FEATURES:
        np.testing.assert_array_equal(whole.values[name], pieces.values[name], err_msg=name)


@given(
    st.lists(st.lists(st.integers(-9, 9), min_size=6, max_size=6), min_size=1, max_size=4),
    st.integers(1, 8),
)
def test_sliding_windows_agree_with_slicing(matrix: list[list[int]], window: int) -> None:
    rows = np.array(matrix, dtype=np.int64)
    parts = [rows[:, max(column - window + 1, 0) : column + 1] for column in range(rows.shape[1])]

    np.testing.assert_array_equal(sliding_sum(rows, window), np.stack([p.sum(axis=1) for p in parts], axis=1))
    for pick in (np.maximum, np.minimum):
        expected = np.stack([pick.reduce(part, axis=1) for part in parts], axis=1)
        np.testing.assert_array_equal(sliding_extreme(rows, window, pick), expected)


def test_a_vintage_known_in_time_replaces_the_earlier_one() -> None:
    days = sessions(2)
    rows = [quote("A", days[0], 100), quote("A", days[1], 110), quote("A", days[1], 105)]
    rows[2]["known_at"] = rows[1]["known_at"].replace(hour=13)  # type: ignore[attr-defined]

    found = Stocks(axis_of(days), quote_frame(rows), RULES, 1.0, frozenset(["mean_return"])).features(0, 2)

    assert found.values["mean_return"][1] == pytest.approx(0.05, abs=1e-11)
    assert found.counts.tolist() == [1, 1]


def test_a_quote_known_only_after_the_axis_ends_is_not_used() -> None:
    days = sessions(3)
    rows = [quote("A", days[0], 100), quote("B", days[1], 100, known_at=moment(days[2]))]

    found = Stocks(axis_of(days[:2]), quote_frame(rows), RULES, 1.0, frozenset(["traded"])).features(0, 2)

    assert found.counts.tolist() == [1, 0]


def test_features_of_the_cleaning_are_all_declared() -> None:
    found = features({"A": [100, 101]})

    assert found.values.keys() == FEATURES.keys()
    assert isinstance(found.values["traded"], np.ndarray)
    assert pl.Series(found.values["traded"]).to_list() == [1.0, 1.0]
