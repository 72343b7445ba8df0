"""What the components came to in a period."""

import json

import polars as pl

from dart_batch.engine.report.summary import DECIMALS
from dart_batch.engine.stored_json import decoded

FIELDS = ("score", "effectiveWeight", "contribution")


def component_values(history: pl.DataFrame) -> pl.DataFrame:
    """Long frame of components: session, component, score (0 to 100), weight (effective), contribution (points).

    By session and in the order of the newest definition's components; null where a component is missing. `history` has
    session, definition_hash and components (JSON), by session.
    """
    names = _names(history)
    shape = pl.Struct(dict.fromkeys(names, pl.Struct(dict.fromkeys(FIELDS, pl.Float64()))))
    if not names:
        return _EMPTY
    wide = history.select("session").with_columns(decoded(history["components"], shape).alias("all"))
    parts = [
        wide.select(
            "session",
            pl.lit(name).alias("component"),
            pl.lit(place).alias("place"),
            score=pl.col("all").struct.field(name).struct.field("score"),
            weight=pl.col("all").struct.field(name).struct.field("effectiveWeight"),
            contribution=pl.col("all").struct.field(name).struct.field("contribution"),
        )
        for place, name in enumerate(names)
    ]
    return pl.concat(parts).sort("session", "place").drop("place")


def component_summary(values: pl.DataFrame) -> pl.DataFrame:
    """Per component: component, sessions (with a score), opening, closing, mean (of scores), weight, contribution.

    The last two are means over the sessions with a score, the contribution in points of the index. All are null for a
    component that was missing throughout. `values` is what `component_values` answers, or a part of it.
    """
    present = pl.col("score").is_not_null()
    scores = pl.col("score").filter(present)
    return values.group_by("component", maintain_order=True).agg(
        sessions=present.sum().cast(pl.Int64),
        opening=scores.first(),
        closing=scores.last(),
        mean=scores.mean().round(DECIMALS),
        weight=pl.col("weight").filter(present).mean().round(DECIMALS),
        contribution=pl.col("contribution").filter(present).mean().round(DECIMALS),
    )


def _names(history: pl.DataFrame) -> list[str]:
    samples = history.reverse().unique("definition_hash", keep="first", maintain_order=True)["components"]
    return list(dict.fromkeys(name for sample in samples for name in json.loads(sample)))


_EMPTY = pl.DataFrame(
    schema={"session": pl.Date, "component": pl.String} | dict.fromkeys(("score", "weight", "contribution"), pl.Float64)
)
