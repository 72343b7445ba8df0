"""A difference as people and programs see it: the JSON of API and command line (camelCase)."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import polars as pl

from dart_batch.application.use_cases.compare_generation import Difference
from dart_batch.engine.comparison import Comparison
from dart_batch.engine.comparison_summary import Summary, summarise


def difference_view(difference: Difference) -> dict[str, Any]:
    """Job, definition, reason, decision and the figures of the whole difference."""
    job, figures = difference.job, summarise(difference.comparison)
    given = job.parameters.recalculation
    return {
        "jobId": job.id,
        "market": difference.market,
        "index": job.plan["index"],
        "definition": job.plan["definition"],
        "recalculationReason": given.reason if given else "",
        "newWeights": dict(given.new_weights) if given else {},
        "decision": difference.status,
        "stale": difference.stale,
    } | figures_view(figures)


def figures_view(figures: Summary) -> dict[str, Any]:
    """The figures of a comparison: summary, levelFlips and components."""
    return {
        "summary": {
            "sessions": figures.sessions,
            "compared": figures.compared,
            "changed": figures.changed,
            "appeared": figures.appeared,
            "withheld": figures.withheld,
            "flipped": figures.flipped,
            "meanDelta": figures.mean,
            "meanSize": figures.mean_size,
            "largestDelta": figures.largest,
            "largestSession": None if figures.largest_session is None else str(figures.largest_session),
            "rankCorrelation": figures.rank_correlation,
        },
        "levelFlips": [asdict(one) for one in figures.flips],
        "components": [
            {"name": one.name, "mean": one.mean, "meanSize": one.mean_size, "largest": one.largest}
            for one in figures.components
        ],
    }


def ordered(comparison: Comparison, order: str) -> pl.DataFrame:
    """The table of a comparison, by session or the largest deltas first (null ones last)."""
    if order == "session":
        return comparison.table
    return comparison.table.sort(pl.col("delta").abs(), descending=True, nulls_last=True, maintain_order=True)


def difference_rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows of a comparison's table: date, old, new, delta, levels, coverages and attribution by component."""
    parts = [name for name in table.columns if name.startswith("by_")]
    attribution = pl.struct(pl.col(name).alias(name.removeprefix("by_")) for name in parts) if parts else pl.lit(None)
    shown = table.select(
        date=pl.col("session").cast(pl.String),
        old="old",
        new="new",
        delta="delta",
        oldLevel="old_level",
        newLevel="new_level",
        oldCoverage="old_coverage",
        newCoverage="new_coverage",
        attribution=pl.when(pl.col("delta").is_not_null()).then(attribution),
    )
    return shown.to_dicts()


def act_view(row: dict[str, Any]) -> dict[str, Any]:
    """One row of SqlPublicationQueries.acts."""
    return {
        "publicationId": row["id"],
        "kind": row["kind"],
        "undoes": row["undoes"],
        "undoneBy": row["undone_by"],
        "market": row["market"],
        "index": row["definition"],
        "jobId": row["job_id"],
        "publishedAt": exact_moment(row["published_at"]),
        "publishedBy": row["published_by"],
        "sessions": row["sessions"],
        "first": None if row["first"] is None else str(row["first"]),
        "last": None if row["last"] is None else str(row["last"]),
        "contentHash": row["content_hash"],
        "reason": reason_of(row["parameters"]),
    }


def life_view(row: dict[str, Any]) -> dict[str, Any]:
    """One row of SqlPublicationQueries.of_session."""
    return {
        "value": row["value"],
        "level": row["level"],
        "coverage": row["coverage"],
        "withheldReason": row["withheld_reason"],
        "definition": row["definition"],
        "definitionHash": row["definition_hash"],
        "jobId": row["job_id"],
        "jobType": row["type"],
        "reason": reason_of(row["parameters"]),
        "publicationId": row["publication_id"],
        "since": exact_moment(row["since"]),
        "until": None if row["until"] is None else exact_moment(row["until"]),
    }


def exact_moment(at: datetime) -> str:
    """In microseconds, UTC, so that the index as of the very moment of an act includes the act."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def reason_of(parameters: str | None) -> str:
    """Why a job recalculated, from its stored parameters; empty for another kind of job and for one that is gone."""
    return json.loads(parameters).get("recalculationReason", "") if parameters else ""


def generation_view(row: dict[str, Any]) -> dict[str, Any]:
    """One row of SqlGenerationQueries.of_index."""
    return {
        "jobId": row["job_id"],
        "jobType": row["type"],
        "state": row["state"],
        "owner": row["owner"],
        "finishedAt": exact_moment(row["finished_at"]),
        "first": str(row["first"]),
        "last": str(row["last"]),
        "sessions": row["sessions"],
        "definition": json.loads(row["parameters"])["definition"],
        "reason": reason_of(row["parameters"]),
    }
