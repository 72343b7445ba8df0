"""The stock quotes of the observation store."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from dart_batch.domain.index.definition import StockRules
from dart_batch.domain.index.validation import Severity
from dart_batch.engine.validation.check import Check, objections
from dart_batch.engine.validation.observations import (
    IMPORT_AGAIN,
    KNOWN_EARLY,
    OBSERVATION_DUPLICATES,
    OBSERVATION_GAPS,
    OBSERVATION_NON_SESSIONS,
)

PANEL = "quotes"
SLACK = 1e-9


@dataclass(frozen=True)
class QuoteRows:
    """Quotes (session, ticker, open, high, low, close, volume, known_at), those before `first` for context only;
    `closes` (session, close_at) has the sessions from `first` on that should have some, and the one before.
    """

    frame: pl.DataFrame
    first: date
    closes: pl.DataFrame
    rules: StockRules

    @cached_property
    def judged(self) -> pl.DataFrame:
        """The rows that the checks are about."""
        return self.frame.filter(pl.col("session") >= self.first)


def _gaps(rows: QuoteRows) -> pl.DataFrame:
    wanted = rows.closes.filter(pl.col("session") >= rows.first)
    return objections(
        wanted, ~pl.col("session").is_in(rows.judged["session"].unique().implode()), subject=pl.lit(PANEL)
    )


def _others(rows: QuoteRows) -> pl.DataFrame:
    counts = rows.judged.group_by("session").agg(times=pl.len()).sort("session")
    wrong = ~pl.col("session").is_in(rows.closes["session"].implode())
    return objections(counts, wrong, pl.format("{} quotes", "times"), subject=pl.lit(PANEL))


def _twice(rows: QuoteRows) -> pl.DataFrame:
    counts = rows.judged.group_by("session", "ticker", "known_at").agg(times=pl.len()).sort("session", "ticker")
    return objections(counts, pl.col("times") > 1, pl.col("times"), pl.lit(1), pl.col("ticker"))


def _early(rows: QuoteRows) -> pl.DataFrame:
    late = rows.judged.join(rows.closes, on="session").filter(pl.col("known_at") < pl.col("close_at"))
    first = late.sort("session", "known_at").group_by("session", maintain_order=True).first()
    return objections(first, pl.lit(True), pl.col("known_at"), pl.col("close_at"), pl.lit(PANEL))


def _order(rows: QuoteRows) -> pl.DataFrame:
    """A bar of zeros is none: a suspension, or with a volume what KRX has for odd lots."""
    low, high, close = pl.col("low"), pl.col("high"), pl.col("close")
    asleep = pl.max_horizontal(pl.col("open", "high", "low").abs()) == 0
    outside = (high < low) | (close < low) | (close > high)
    negative = pl.min_horizontal("open", "high", "low", "close", "volume") < 0
    shown = pl.format("low {} close {} high {} volume {}", low, close, high, "volume")
    return objections(rows.judged, negative | (outside & ~asleep), shown, subject=pl.col("ticker"))


def _limits(rows: QuoteRows) -> pl.DataFrame:
    latest = rows.frame.sort("known_at").unique(["ticker", "session"], keep="last")
    places = rows.closes.select("session").with_row_index("place")
    moves = (
        latest.join(places, on="session")
        .sort("ticker", "session")
        .with_columns(
            before=pl.col("close").shift(1).over("ticker"),
            step=pl.col("place").cast(pl.Int64) - pl.col("place").cast(pl.Int64).shift(1).over("ticker"),
            limit=_limit(rows.rules),
        )
    )
    change = pl.col("close") / pl.col("before") - 1
    whole = (pl.col("step") == 1) & (pl.col("before") > 0) & (pl.col("close") > 0) & (pl.col("volume") > 0)
    wrong = whole & (change.abs() > pl.col("limit") + rows.rules.tolerance + SLACK)
    found = moves.filter(pl.col("session") >= rows.first).sort("session", "ticker")
    return objections(found, wrong, _percent(change), _percent(pl.col("limit")), pl.col("ticker"))


def _limit(rules: StockRules) -> pl.Expr:
    limits = sorted(rules.price_limits, key=lambda one: one.until)
    chain: pl.Expr = pl.lit(limits[-1].limit)
    for one in reversed(limits[:-1]):
        chain = pl.when(pl.col("session") <= one.until).then(pl.lit(one.limit)).otherwise(chain)
    return chain


def _percent(share: pl.Expr) -> pl.Expr:
    return pl.format("{} %", (share * 100).round(1))


QUOTE_ORDER = Check(
    "quote-order",
    Severity.ERROR,
    "A quote's close lies outside of its low and high, or a figure of it is negative.",
    IMPORT_AGAIN,
    _order,
)
PRICE_LIMIT = Check(
    "price-limit",
    Severity.WARNING,
    "A price moved by more than the exchange's daily limit: a split, a relisting or a wrong price.",
    "Nothing when it is a corporate action: the index counts no return for it. Else import the right price.",
    _limits,
    thorough=True,
)
QUOTE_CHECKS = (
    OBSERVATION_GAPS.over(_gaps),
    OBSERVATION_NON_SESSIONS.over(_others),
    OBSERVATION_DUPLICATES.over(_twice),
    KNOWN_EARLY.over(_early),
    QUOTE_ORDER,
    PRICE_LIMIT,
)
