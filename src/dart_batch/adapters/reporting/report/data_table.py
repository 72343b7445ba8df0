"""The readings of a report as one wide table, for programs."""

import polars as pl

from dart_batch.engine.report.study import Study

FIXED = ("date", "value", "level", "coverage", "withheld_reason", "definition_hash", "input_hash", "job_id")


def data_table(study: Study) -> pl.DataFrame:
    """FIXED columns, then `<component>_score`, `_weight` (effective) and `_contribution`; by date. Null is missing."""
    fixed = study.readings.rename({"session": "date"}).select(FIXED)
    blocks = [
        part.select(
            pl.col("score").alias(f"{name}_score"),
            pl.col("weight").alias(f"{name}_weight"),
            pl.col("contribution").alias(f"{name}_contribution"),
        )
        for (name,), part in study.components.group_by("component", maintain_order=True)
    ]
    return fixed.hstack([column for block in blocks for column in block])
