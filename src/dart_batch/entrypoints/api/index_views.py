"""Rows of the index as dictionaries for the wire."""

import json
from typing import Any

import polars as pl

from dart_batch.application.views import moment
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.engine.lineage import Lineage

Row = dict[str, Any]


def summary_view(published: Row, latest: Row | None) -> Row:
    """One published index with its newest reading that has a value."""
    newest = None if latest is None else latest | {"date": str(latest["date"])}
    return published | {"first": str(published["first"]), "last": str(published["last"]), "latest": newest}


def definition_view(definition: Definition) -> Row:
    """A definition as DefinitionSummary."""
    return {
        "identifier": definition.identifier,
        "name": definition.name,
        "version": definition.version,
        "title": definition.title,
        "description": definition.description,
        "contentHash": definition.content_hash,
        "levels": list(definition.levels),
        "minimumCoverage": definition.minimum_coverage,
        "components": [{"name": part.name, "code": part.code, "weight": part.weight} for part in definition.components],
    }


def used_definitions(readings: pl.DataFrame) -> list[Row]:
    """The definitions behind readings, in the order in which their last one comes: definition, definitionHash,
    sessions."""
    used = readings.group_by("definition", "definition_hash").agg(pl.len().alias("sessions"), pl.col("date").max())
    return (
        used.sort("date", "definition_hash")
        .select("definition", definitionHash="definition_hash", sessions="sessions")
        .to_dicts()
    )


def reading_view(row: Row, market: str, bounds: list[float]) -> Row:
    """One reading with components, without its lineage."""
    return {
        "market": market,
        "date": str(row["date"]),
        "value": row["value"],
        "level": row["level"],
        "coverage": row["coverage"],
        "withheldReason": row["withheld_reason"],
        "definition": row["definition"],
        "definitionHash": row["definition_hash"],
        "inputHash": row["input_hash"],
        "jobId": row["job_id"],
        "bounds": bounds,
        "components": json.loads(row["components"]),
    }


def lineage_view(row: Row, market: str, job: BatchJob, lineage: Lineage) -> Row:
    """Where a reading came from; `verified` compares its stored input hash with that of the observations."""
    return {
        "definition": row["definition"],
        "definitionHash": row["definition_hash"],
        "inputHash": row["input_hash"],
        "job": {
            "jobId": job.id,
            "status": job.status.value,
            "owner": job.owner,
            "createdAt": moment(job.created_at),
            "finishedAt": moment(job.finished_at),
        },
        "dataRevision": job.plan["dataRevisions"][market],
        "verified": lineage.input_hash == row["input_hash"],
        "inputs": [
            {
                "name": part.name,
                "first": None if part.first is None else str(part.first),
                "last": None if part.last is None else str(part.last),
                "rows": part.rows,
                "hash": part.hash,
            }
            for part in lineage.inputs
        ],
    }
