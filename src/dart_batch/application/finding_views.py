"""Findings as people and programs see them: the JSON of API and command line (camelCase)."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.engine.validation.catalogue import CODES, EXPLANATIONS, MENDS, SEVERITIES, THOROUGH


def finding_rows(findings: pl.DataFrame) -> list[dict[str, Any]]:
    """The wire form of findings."""
    renamed = findings.rename({"reading_job_id": "readingJobId"}).with_columns(pl.col("session").cast(pl.String))
    return renamed.with_columns(
        explanation=pl.col("code").replace_strict(EXPLANATIONS, default=None, return_dtype=pl.String)
    ).to_dicts()


def check_views(job: BatchJob, kept: Mapping[str, int]) -> list[dict[str, Any]]:
    """What each check of the job came to, with its explanation, what to do, and how many findings are kept."""
    return [
        check
        | {"kept": kept.get(check["code"], 0), "explanation": EXPLANATIONS[check["code"]], "mend": MENDS[check["code"]]}
        for check in job.verification or []
        if check["code"] in EXPLANATIONS
    ]


def catalogue() -> list[dict[str, Any]]:
    """Every check there is."""
    return [
        {
            "code": code,
            "severity": SEVERITIES[code].value,
            "level": "COMPREHENSIVE" if code in THOROUGH else "BASIC",
            "explanation": EXPLANATIONS[code],
            "mend": MENDS[code],
        }
        for code in CODES
    ]
