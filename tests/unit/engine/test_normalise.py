"""Ranks and their conventions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dart_batch.domain.index.definition import Convention, Direction, Method, Normalisation
from dart_batch.engine.normalise import rank, score

values = st.one_of(st.none(), st.integers(0, 6).map(float))


def plain_rank(window: list[float | None], convention: Convention) -> float | None:
    """Newest last; None when today's row or too much is missing."""
    today, present = window[-1], [value for value in window if value is not None]
    if today is None or (convention is Convention.MIDRANK and len(present) < 2):
        return None
    below, equal = sum(v < today for v in present), sum(v == today for v in present)
    shares = {
        Convention.STRICT: below / len(present),
        Convention.WEAK: (below + equal) / len(present),
        Convention.MEAN: (below + equal / 2) / len(present),
        Convention.MIDRANK: (below + (equal - 1) / 2) / max(len(present) - 1, 1),
    }
    return 100 * shares[convention]


@given(st.lists(values, min_size=1, max_size=25), st.sampled_from(Convention), st.sampled_from([0.4, 1.0]))
def test_ranks_agree_with_counting_by_hand(column: list[float | None], convention: Convention, fill: float) -> None:
    padded = [None] * 4 + column
    windows = [padded[row : row + 5] for row in range(len(column))]
    enough = [sum(value is not None for value in window) >= 5 * fill for window in windows]
    expected = [plain_rank(window, convention) if ok else None for window, ok in zip(windows, enough, strict=True)]

    actual = rank(np.array(column, dtype=np.float64), 5, convention, fill)

    np.testing.assert_allclose(actual, np.array(expected, dtype=np.float64), atol=1e-12)


@pytest.mark.parametrize(
    ("convention", "highest", "lowest"),
    [
        (Convention.MIDRANK, 100.0, 0.0),
        (Convention.WEAK, 100.0, 100 / 252),
        (Convention.MEAN, 100 * 251.5 / 252, 100 * 0.5 / 252),
        (Convention.STRICT, 100 * 251 / 252, 0.0),
    ],
)
def test_a_windows_extremes_score_by_their_convention(convention: Convention, highest: float, lowest: float) -> None:
    rising = np.arange(252.0)

    assert rank(rising, 252, convention, 1.0)[-1] == pytest.approx(highest)
    assert rank(-rising, 252, convention, 1.0)[-1] == pytest.approx(lowest)


def test_no_later_value_changes_an_earlier_score() -> None:
    column = np.random.default_rng(3).normal(size=400)
    later = column.copy()
    later[300:] *= 1000

    before, after = (rank(part, 252, Convention.MIDRANK, 1.0) for part in (column, later))

    np.testing.assert_array_equal(before[:300], after[:300])


def test_fear_counts_what_lies_strictly_above() -> None:
    rule = Normalisation(Method.PERCENTILE, 5, Convention.STRICT)
    column = np.array([1.0, 3.0, 3.0, 5.0, 3.0])

    assert score(column, rule, Direction.FEAR, 1.0)[-1] == 20.0
    assert score(column, rule, Direction.GREED, 1.0)[-1] == 20.0


def test_a_zscore_is_ranked_among_zscores() -> None:
    rule = Normalisation(Method.ZSCORE_RANK, 3, Convention.STRICT, z_window=3)
    column = np.array([1.0, 2.0, 4.0, 3.0, 9.0])
    z = [(column[row] - column[row - 2 : row + 1].mean()) / column[row - 2 : row + 1].std(ddof=1) for row in (2, 3, 4)]

    scores = score(column, rule, Direction.GREED, 1.0)

    assert np.isnan(scores[:4]).all()
    assert scores[4] == pytest.approx(100 * sum(value < z[2] for value in z) / 3)


class TestTrigger:
    rule = Normalisation(Method.TRIGGER_RANK, 4, Convention.STRICT, z_window=3, z_trigger=1.1, level_trigger=30.0)

    def test_a_calm_market_is_neutral_and_never_greedy(self) -> None:
        calm = np.array([10.0, 11.0, 10.0, 9.0, 10.0, 8.0, 7.0])

        assert score(calm, self.rule, Direction.FEAR, 1.0)[-2:].tolist() == [50.0, 50.0]

    def test_an_alarm_scores_half_the_share_of_worse_alarms(self) -> None:
        alarmed = np.array([31.0, 31.0, 31.0, 35.0, 40.0, 31.0])

        assert score(alarmed, self.rule, Direction.FEAR, 1.0)[-1] == 50 * 1 / 4

    def test_the_worst_alarm_of_the_window_scores_zero(self) -> None:
        sudden = np.array([10.0, 10.5, 10.0, 10.5, 10.0, 60.0])

        assert score(sudden, self.rule, Direction.FEAR, 1.0)[-1] == 0.0

    def test_the_level_trigger_must_be_exceeded(self) -> None:
        at_the_level = np.full(6, 30.0)

        assert score(at_the_level, self.rule, Direction.FEAR, 1.0)[-1] == 50.0

    def test_a_short_history_has_no_score_even_when_calm(self) -> None:
        assert np.isnan(score(np.full(5, 10.0), self.rule, Direction.FEAR, 1.0)).all()
