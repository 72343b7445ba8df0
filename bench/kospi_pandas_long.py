"""The `kospi` definition in pandas on the long table, the way many analysts write it first.

One row per stock and session, completed so that windows run over sessions; everything per stock is a
`groupby("ticker")` with transforms and rolling windows. Same values as bench.kospi_pandas, which works on wide frames.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from bench.kospi_pandas import LIMITS, composed, index_close, mcclellan_gap, score, stock_quotes


def readings(folder: str | Path) -> pd.DataFrame:
    """Columns date and value (0-100 or NaN); `folder` as for bench.kospi_pandas.readings."""
    index = index_close(Path(folder))
    table = cleaned(load(Path(folder), index))
    sessions = table.groupby("date")

    eligible = sessions["eligible"].sum()
    strength = (sessions["high"].sum() - sessions["low"].sum()) / eligible.replace(0, np.nan)
    up, down = sessions["up_volume"].sum(), sessions["down_volume"].sum()
    realised = np.log(index).diff().rolling(20, min_periods=19).std()
    components = {
        "momentum": index / index.rolling(125, min_periods=119).mean() - 1,
        "strength": strength.ewm(span=10, min_periods=15).mean(),
        "breadth": mcclellan_gap((up - down) / (up + down)),
        "volatility": -(realised / realised.rolling(50, min_periods=48).mean() - 1),
        "safeHaven": volatile_minus_calm(table),
    }
    return composed({name: score(raw) for name, raw in components.items()})


def load(folder: Path, index: pd.Series) -> pd.DataFrame:
    """ticker, date, close (NaN where there is none), volume: every stock on every session, by stock and session."""
    quotes = stock_quotes(folder)
    every = pd.MultiIndex.from_product([sorted(quotes["ticker"].unique()), index.index], names=["ticker", "date"])
    table = quotes.set_index(["ticker", "date"]).reindex(every).reset_index()
    table["volume"] = table["volume"].fillna(0)
    table["close"] = table["close"].where(table["close"] > 0)
    return table


def cleaned(table: pd.DataFrame) -> pd.DataFrame:
    """With returns that are real moves, whether a session made a 52-week high or low, and volume by direction."""
    limit = pd.Series(0.30, index=table.index)
    for until, share in reversed(LIMITS):
        limit[table["date"] <= until] = share
    before = table.groupby("ticker")["close"].shift(1)
    returns = table["close"] / before - 1
    table["returns"] = returns.where(returns.abs() <= limit + 0.005)
    table["traded"] = table["close"].notna() & (table["volume"] > 0)
    table["real"] = table["traded"] & table["returns"].notna()
    table["move"] = np.log(table["close"]).groupby(table["ticker"]).diff()
    table["up_volume"] = table["volume"].where(table["real"] & (table["returns"] > 0), 0)
    table["down_volume"] = table["volume"].where(table["real"] & (table["returns"] < 0), 0)
    return with_extremes(table)


def with_extremes(table: pd.DataFrame) -> pd.DataFrame:
    """With eligible (traded now and priced long enough), high and low (beyond all of the 251 sessions before)."""
    chained = table["move"].where(table["returns"].notna(), 0.0)
    table["adjusted"] = chained.groupby(table["ticker"]).cumsum().round(10)
    table["priced"] = table["close"].notna().astype(float)
    priced = table.groupby("ticker")["priced"].rolling(252, min_periods=1).sum().droplevel(0)
    table["eligible"] = table["traded"] & (priced >= 240)
    window = table.groupby("ticker")["adjusted"].rolling(251, min_periods=1)
    highest, lowest = (extreme.groupby("ticker").shift(1).droplevel(0) for extreme in (window.max(), window.min()))
    table["high"] = table["eligible"] & (table["adjusted"] > highest)
    table["low"] = table["eligible"] & (table["adjusted"] < lowest)
    return table


def volatile_minus_calm(table: pd.DataFrame) -> pd.Series:
    """20-session return of the most minus the least volatile fifth, grouped by the 60 sessions before each session."""
    table["real_move"] = table["move"].where(table["real"])
    spread = table.groupby("ticker")["real_move"].rolling(60, min_periods=57).std()
    table["spread"] = spread.groupby("ticker").shift(1).droplevel(0).where(table["real"])
    ranks = table.groupby("date")["spread"]
    size = ranks.transform("count") // 5
    volatile = ranks.rank(method="min", ascending=False) <= size
    calm = ranks.rank(method="min") <= size
    legs = [table["returns"].where(group).groupby(table["date"]).mean() for group in (volatile, calm)]
    most, least = (np.expm1(np.log1p(leg).rolling(20, min_periods=19).sum()).where(leg.notna()) for leg in legs)
    return most - least
