"""Rows of the TypeScript system's tables, judged one by one: what becomes a reading, and why the others do not."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from dart_batch.domain.index.level import Level
from dart_batch.engine.schema import READING_SCHEMA

COMPONENTS: Mapping[str, tuple[str, ...]] = {
    "priceMomentum": ("price_momentum", "priceMomentum"),
    "investorSentiment": ("investor_sentiment", "investorSentiment"),
    "putCallRatio": ("put_call_ratio", "putCallRatio"),
    "volatility": ("volatility_index", "volatilityIndex", "volatility"),
    "safeHaven": ("safe_haven_demand", "safeHavenDemand", "safe_haven", "safeHaven"),
}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date": ("date",),
    "value": ("value",),
    "level": ("level",),
    **COMPONENTS,
    "confidence": ("confidence",),
}
NUMBERS = ("value", *COMPONENTS, "confidence")
_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:00)?)?$"
_NONE = "no indicators"
_NUMBER = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"


@dataclass(frozen=True, slots=True)
class Judged:
    """`readings` has READING_SCHEMA, number and content, by session; `rejected` number, session (null when the date is
    none), field, reason and content, by number. The content is the row as it was, as JSON.
    """

    readings: pl.DataFrame
    rejected: pl.DataFrame


def missing_columns(names: Sequence[str]) -> list[str]:
    """Columns of a legacy table that are not there, under any of their names."""
    return [name for name, aliases in COLUMNS.items() if not set(aliases) & set(names)]


def judge(table: pl.DataFrame, market: str, sessions: Sequence[date]) -> Judged:
    """Every row of a table of texts (null: no value) either becomes a reading or is rejected for its first fault.

    `sessions` are those of the market's calendar. A component or a confidence may be null; nothing else may. Of several
    rows of one date none is taken. Level and value are kept as they are, whatever bounds the old system had.
    """
    rows = _parsed(table).with_columns(content=_contents(table))
    rows = rows.with_columns(fault=_fault(market, sessions))
    bad = rows.filter(pl.col("fault").is_not_null()).select(
        "number",
        "session",
        pl.col("fault").struct.field("field"),
        pl.col("fault").struct.field("reason"),
        "content",
    )
    good = rows.filter(pl.col("fault").is_null()).sort("session")
    return Judged(_readings(good), bad)


def _parsed(table: pl.DataFrame) -> pl.DataFrame:
    texts = [_text(table, name).alias(name) for name in COLUMNS]
    return (
        table.select(texts)
        .with_row_index("number", 1)
        .with_columns(
            session=pl.col("date").str.extract(_MIDNIGHT).str.to_date("%Y-%m-%d", strict=False),
            mood=pl.col("level").str.to_uppercase().str.replace_all("[ -]+", "_"),
            **{f"{name}_number": _number(name) for name in NUMBERS},
        )
    )


def _text(table: pl.DataFrame, name: str) -> pl.Expr:
    [found, *_] = [alias for alias in COLUMNS[name] if alias in table.columns]
    text = pl.col(found).cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text)


def _number(name: str) -> pl.Expr:
    return pl.when(pl.col(name).str.contains(_NUMBER)).then(pl.col(name)).cast(pl.Float64, strict=False)


def _contents(table: pl.DataFrame) -> pl.Series:
    dump = json.JSONEncoder(ensure_ascii=False).encode
    return pl.Series([dump(row) for row in table.iter_rows(named=True)], dtype=pl.String)


def _fault(market: str, sessions: Sequence[date]) -> pl.Expr:
    """Field and reason of the first fault; null for a good row."""
    days = pl.Series(sessions, dtype=pl.Date).implode()
    checks = [
        ("date", pl.col("date").is_null(), pl.lit("is missing")),
        ("date", pl.col("session").is_null(), _said("is not a day: ", "date")),
        ("date", pl.len().over("session") > 1, pl.lit("occurs more than once; none is guessed to be right")),
        ("date", ~pl.col("session").is_in(days), pl.lit(f"is not a session of {market}")),
        ("value", pl.col("value").is_null(), pl.lit("is missing")),
        ("level", pl.col("level").is_null(), pl.lit("is missing")),
        ("level", ~pl.col("mood").is_in([level.value for level in Level]), _said("is no level: ", "level")),
    ]
    for name in NUMBERS:
        number = pl.col(f"{name}_number")
        checks += [
            (name, pl.col(name).is_not_null() & number.is_null(), _said("is not a number: ", name)),
            (name, ~number.is_between(0, 100), _said("is not within 0 to 100: ", name)),
        ]
    cases = [
        pl.when(fails).then(pl.struct(pl.lit(field).alias("field"), reason.alias("reason")))
        for field, fails, reason in checks
    ]
    return pl.coalesce(cases)


def _said(words: str, name: str) -> pl.Expr:
    return pl.format(words + "{}", pl.col(name).str.slice(0, 60))


def _readings(good: pl.DataFrame) -> pl.DataFrame:
    present = pl.sum_horizontal(pl.col(f"{name}_number").is_not_null() for name in COMPONENTS)
    parts = pl.struct(_component(name).alias(name) for name in COMPONENTS)
    hashes = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in good["content"]]
    found = good.select(
        "session",
        pl.col("value_number").alias("value"),
        pl.col("mood").alias("level"),
        (present / len(COMPONENTS)).cast(pl.Float64).alias("coverage"),
        parts.struct.json_encode().str.replace_all(f'"{_NONE}"', "{}", literal=True).alias("components"),
        pl.Series("input_hash", hashes, pl.String),
        pl.lit(None, pl.String).alias("withheld_reason"),
        pl.col("number").cast(pl.Int64),
        "content",
    )
    return found.with_columns(pl.col(name).cast(kind) for name, kind in READING_SCHEMA.items())


def _component(name: str) -> pl.Expr:
    """As a computed reading has it; the weight and the raw value are not known, and so null."""
    score = pl.col(f"{name}_number")
    there, nothing = score.is_not_null(), pl.lit(None, pl.Float64)
    return pl.struct(
        nothing.alias("raw"),
        score.alias("score"),
        nothing.alias("weight"),
        nothing.alias("effectiveWeight"),
        nothing.alias("contribution"),
        there.cast(pl.Float64).alias("coverage"),
        pl.when(there).then(pl.lit("imported")).alias("source"),
        pl.lit(0).alias("imputed"),
        pl.lit(_NONE).alias("indicators"),
    )
