"""Properties: the future never changes the past, and no cut of the work changes a bit."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dart_batch.domain.index.definition import Definition
from dart_batch.engine.compute import compute
from dart_batch.engine.definition_file import parse_definition, shipped_text
from dart_batch.engine.lookback import lookback_sessions
from engine_frames import axis_of, definition_of, sessions

DAYS = sessions(70)
PROXY = '\n[[component.proxy]]\nnote = "stocks"\nformula = "compound_gap(quotes.mean_return, 4)"\n'
STOCKS = "\n[stocks]\nhigh_low_window = 5\nvolatility_window = 4\ngroups = 2\n"
BY_SESSIONS = definition_of(
    {
        "breadth": "summation_gap(ema(quotes.up_volume - quotes.down_volume, 3, 8), 6)",
        "highs": "ema((quotes.new_highs - quotes.new_lows) / quotes.eligible, 3, 6)",
        "haven": "compound(quotes.volatile_return, 3) - compound(quotes.calm_return, 3)",
        "momentum": "a / mean(a, 4) - 1 + 0 * b",
    },
    window=6,
    fill=0.6,
    minimum=0.2,
    carry=1,
    more=PROXY + STOCKS,
)
BY_ROWS = definition_of({"a": "zscore(a, 4)", "b": "a / b"}, window=6, rows="own", carry=2, minimum=0.5)
DEFINITIONS = pytest.mark.parametrize("definition", [BY_SESSIONS, BY_ROWS], ids=["sessions", "own rows"])


def market(seed: int) -> tuple[pl.DataFrame, pl.LazyFrame]:
    """Two series and twelve stocks with holes, splits, suspensions, late rows and corrections."""
    random = np.random.default_rng(seed)
    series = pl.DataFrame({"series": ["a"] * 70 + ["b"] * 70, "session": DAYS * 2, "value": random.uniform(5, 15, 140)})
    quotes = pl.DataFrame(
        {
            "session": np.repeat(np.array(DAYS, dtype="datetime64[D]"), 12),
            "ticker": [f"T{number:02}" for number in range(12)] * 70,
            "close": random.choice([5000.0, 5100.0, 5200.0, 9000.0, 0.0], 840, p=[0.35, 0.3, 0.3, 0.03, 0.02]),
            "volume": random.integers(0, 4, 840),
        }
    )
    return _known(series, random), _known(quotes, random).lazy()


def _known(frame: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Some rows are dropped, some come days late, some are corrected later."""
    delays = pl.Series(random.choice([0, 1, 4], len(frame), p=[0.99, 0.005, 0.005]) * 86_400_000_000).cast(
        pl.Duration("us")
    )
    noon = pl.col("session").cast(pl.Datetime("us")).dt.replace_time_zone("UTC") + timedelta(hours=12)
    first = frame.with_columns(known_at=noon + delays).filter(pl.Series(random.random(len(frame)) > 0.05))
    number = "value" if "value" in frame.columns else "close"
    again = first.filter(pl.Series(random.random(len(first)) > 0.995))
    again = again.with_columns(pl.col("known_at") + timedelta(days=3), pl.col(number) * 1.01)
    return pl.concat([first, again]).sample(fraction=1.0, shuffle=True, seed=int(random.integers(1000)))


def whole(definition: Definition, seed: int) -> pl.DataFrame:
    series, quotes = market(seed)
    return compute(definition, axis_of(DAYS), series, quotes)


@DEFINITIONS
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), cuts=st.sets(st.integers(1, 69), max_size=3))
def test_any_chunking_gives_the_bits_of_the_single_run(definition: Definition, seed: int, cuts: set[int]) -> None:
    series, quotes = market(seed)
    edges = [0, *sorted(cuts), 70]
    spans = [(DAYS[first], DAYS[stop - 1]) for first, stop in pairwise(edges)]

    parts = [compute(definition, axis_of(DAYS), series, quotes, span) for span in spans]

    assert pl.concat(parts).equals(whole(definition, seed))


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), first=st.integers(40, 69))
def test_more_history_than_the_look_back_changes_nothing(seed: int, first: int) -> None:
    series, quotes = market(seed)
    start = first + 1 - lookback_sessions(BY_SESSIONS)

    short = compute(BY_SESSIONS, axis_of(DAYS[max(start, 0) :]), series, quotes, (DAYS[first], DAYS[-1]))

    assert short.equals(whole(BY_SESSIONS, seed)[first:])


@DEFINITIONS
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), last=st.integers(10, 69), other=st.integers(0, 10_000))
def test_another_future_never_changes_the_past(definition: Definition, seed: int, last: int, other: int) -> None:
    (series, quotes), (strange_series, strange_quotes) = market(seed), market(other)
    now = int(axis_of(DAYS).as_of[last])
    known = pl.col("known_at").dt.timestamp("us") <= now

    mixed_series = pl.concat([series.filter(known), strange_series.filter(~known)])
    mixed_quotes = pl.concat([quotes.filter(known), strange_quotes.filter(~known)])
    truncated = compute(definition, axis_of(DAYS[: last + 1]), series.filter(known), quotes.filter(known))
    altered = compute(definition, axis_of(DAYS), mixed_series, mixed_quotes)

    past = whole(definition, seed)[: last + 1]
    assert truncated.equals(past)
    assert altered[: last + 1].equals(past)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), holes=st.sets(st.integers(0, 69), max_size=20))
def test_random_holes_stay_missing(seed: int, holes: set[int]) -> None:
    definition = definition_of({"a": "a"}, window=4, fill=0.5, minimum=0.5)
    values = np.random.default_rng(seed).uniform(size=70)
    series = pl.DataFrame({"series": ["a"] * 70, "session": DAYS, "value": values})
    known_at = pl.col("session").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    kept = series.with_columns(known_at=known_at).filter(~pl.col("session").is_in([DAYS[hole] for hole in holes]))

    frame = compute(definition, axis_of(DAYS), kept)

    assert all(frame["value"][hole] is None for hole in holes)
    assert all(frame["coverage"][hole] == 0.0 for hole in holes)


def test_a_market_of_this_kind_has_revisions_and_withheld_days() -> None:
    frame = whole(BY_SESSIONS, 1)

    assert 0 < frame["value"].null_count() < 40
    assert frame["input_hash"].n_unique() == 70


def test_the_shipped_kospi_definition_is_chunk_invariant_on_stocks_alone() -> None:
    text = shipped_text("kospi")
    for long, short in ((", 600)", ", 30)"), ("252", "20"), ("125)", "12)"), (", 50)", ", 8)")):
        text = text.replace(long, short)
    definition = parse_definition(text, "short.toml")
    _, quotes = market(5)
    empty = pl.DataFrame(
        schema={"series": pl.String, "session": pl.Date, "value": pl.Float64, "known_at": pl.Datetime("us", "UTC")}
    )

    whole_run = compute(definition, axis_of(DAYS), empty, quotes)
    second_half = compute(definition, axis_of(DAYS), empty, quotes, (DAYS[50], DAYS[69]))

    assert second_half.equals(whole_run[50:])
