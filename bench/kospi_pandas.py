"""The `kospi` definition in plain pandas: an oracle for the engine, and what its speed is measured against.

Written the way an analyst would: wide frames, rolling windows, no concern for chunks or for how the history is cut.
"""

from pathlib import Path

import numpy as np
import pandas as pd

WEIGHTS = {"priceMomentum": 0.25, "investorSentiment": 0.25, "volatility": 0.20, "safeHaven": 0.15}
MINIMUM_COVERAGE = 0.5
LIMITS = [("1996-11-24", 0.06), ("1998-03-01", 0.08), ("1998-12-06", 0.12), ("2015-06-14", 0.15)]


def readings(folder: str | Path) -> pd.DataFrame:
    """Columns date and value (0-100 or NaN) from `kospi_YYYY.parquet` (date, ticker, close, volume, ...) and
    `index_kospi.parquet` (date, close, ...)."""
    index, close, volume = load(Path(folder))
    returns = clean_returns(close)
    traded = close.notna() & (volume > 0)
    real = traded & returns.notna()

    realised = np.log(index).diff().rolling(20, min_periods=19).std()
    return composed(
        {
            "momentum": score(index / index.rolling(125, min_periods=119).mean() - 1),
            "strength": score(net_new_highs(close, returns, traded).ewm(span=10, min_periods=15).mean()),
            "breadth": score(mcclellan_gap(net_volume(returns, volume, real))),
            "volatility": score(-(realised / realised.rolling(50, min_periods=48).mean() - 1)),
            "safeHaven": score(volatile_minus_calm(close, returns, real)),
        }
    )


def composed(scores: dict[str, pd.Series]) -> pd.DataFrame:
    """Columns date and value from the scores of the indicators: weighted over the components present."""
    components = pd.DataFrame(
        {
            "priceMomentum": pd.concat([scores["momentum"], scores["strength"]], axis=1).mean(axis=1),
            "investorSentiment": scores["breadth"],
            "volatility": scores["volatility"],
            "safeHaven": scores["safeHaven"],
        }
    )
    weights = pd.Series(WEIGHTS)
    coverage = components.notna().mul(weights).sum(axis=1)
    value = components.mul(weights).sum(axis=1) / coverage
    value = value.where(coverage.round(12) >= MINIMUM_COVERAGE)
    return pd.DataFrame({"date": value.index.date, "value": value.to_numpy()})


def load(folder: Path) -> tuple[pd.Series, pd.DataFrame, pd.DataFrame]:
    """Index close by date; closes (NaN where there is none) and volumes by date x ticker."""
    index, quotes = index_close(folder), stock_quotes(folder)
    close = quotes.pivot(index="date", columns="ticker", values="close").reindex(index.index)
    volume = quotes.pivot(index="date", columns="ticker", values="volume").reindex(index.index).fillna(0)
    return index, close.where(close > 0), volume


def index_close(folder: Path) -> pd.Series:
    """Index close by date."""
    index = pd.read_parquet(folder / "index_kospi.parquet").set_index("date")["close"]
    return index.set_axis(pd.to_datetime(index.index))


def stock_quotes(folder: Path) -> pd.DataFrame:
    """date, ticker, close, volume of all years; dates as datetime64, which pandas handles far faster than objects."""
    files = sorted(folder.glob("kospi_[0-9]*.parquet"))
    quotes = pd.concat([pd.read_parquet(file, columns=["date", "ticker", "close", "volume"]) for file in files])
    return quotes.assign(date=pd.to_datetime(quotes["date"]))


def clean_returns(close: pd.DataFrame) -> pd.DataFrame:
    """Daily returns without corporate actions: NaN where the move is larger than the price limit allows."""
    returns = close / close.shift(1) - 1
    limit = pd.Series(0.30, index=close.index)
    for until, share in reversed(LIMITS):
        limit[limit.index <= until] = share
    return returns.where(returns.abs().le(limit + 0.005, axis=0))


def net_new_highs(close: pd.DataFrame, returns: pd.DataFrame, traded: pd.DataFrame) -> pd.Series:
    """(new 52-week highs - lows) / eligible stocks, on chained prices."""
    moves = np.log(close).diff().where(returns.notna(), 0.0)
    adjusted = moves.cumsum().round(10)
    before = adjusted.rolling(251, min_periods=1)
    eligible = traded & (close.notna().rolling(252, min_periods=1).sum() >= 240)
    highs = (eligible & (adjusted > before.max().shift(1))).sum(axis=1)
    lows = (eligible & (adjusted < before.min().shift(1))).sum(axis=1)
    return (highs - lows) / eligible.sum(axis=1).replace(0, np.nan)


def net_volume(returns: pd.DataFrame, volume: pd.DataFrame, real: pd.DataFrame) -> pd.Series:
    """(up - down volume) / (up + down volume)."""
    up = volume.where(real & (returns > 0), 0).sum(axis=1)
    down = volume.where(real & (returns < 0), 0).sum(axis=1)
    return (up - down) / (up + down)


def mcclellan_gap(net: pd.Series) -> pd.Series:
    """McClellan summation minus its 252-session mean; the summation starts at 0 before the first session."""
    oscillator = net.ewm(span=19, min_periods=29).mean() - net.ewm(span=39, min_periods=59).mean()
    flat = pd.Series(0.0, index=range(252))
    summation = pd.concat([flat, oscillator.fillna(0.0)]).cumsum()
    gap = (summation - summation.rolling(252).mean()).iloc[252:].set_axis(net.index)
    return gap.where(oscillator.rolling(251, min_periods=1).count() >= 196)


def volatile_minus_calm(close: pd.DataFrame, returns: pd.DataFrame, real: pd.DataFrame) -> pd.Series:
    """20-session return of the most minus the least volatile fifth, grouped by the 60 sessions before each session."""
    moves = np.log(close).diff().where(real)
    spread = moves.rolling(60, min_periods=57).std().shift(1).where(real)
    size = spread.count(axis=1) // 5
    volatile = spread.rank(axis=1, method="min", ascending=False).le(size, axis=0)
    calm = spread.rank(axis=1, method="min").le(size, axis=0)
    legs = [returns.where(group).mean(axis=1) for group in (volatile, calm)]
    most, least = (np.expm1(np.log1p(leg).rolling(20, min_periods=19).sum()).where(leg.notna()) for leg in legs)
    return most - least


def score(raw: pd.Series) -> pd.Series:
    """Rolling percentile over 252 sessions, midrank / (n - 1) x 100."""
    window = raw.rolling(252, min_periods=240)
    return (window.rank(method="average") - 1) / (window.count() - 1) * 100
