"""Readings beside what the system recorded about them: job, definition, ledger, publication, the run before."""

from dataclasses import dataclass, field

import polars as pl

from dart_batch.domain.index.validation import Severity
from dart_batch.engine.validation.check import Check, objections
from dart_batch.engine.validation.values import AGAIN

ORIGIN = pl.Schema(
    {
        "session": pl.Date(),
        "job_id": pl.String(),
        "job_known": pl.Boolean(),
        "definition_hash": pl.String(),
        "of_job": pl.String(),
    }
)
PUBLISHED = pl.Schema(
    {
        "session": pl.Date(),
        "publication_id": pl.String(),
        "hash": pl.String(),
        "present_hash": pl.String(),
        "sessions": pl.Int64(),
        "present_sessions": pl.Int64(),
    }
)
WRITTEN = pl.Schema({"session": pl.Date(), "job_id": pl.String(), "written": pl.Int64(), "present": pl.Int64()})
VALUES = pl.Schema({"session": pl.Date(), "before": pl.Float64(), "now": pl.Float64()})
ENDS = pl.Schema({"session": pl.Date(), "observed": pl.Date()})


def _empty(schema: pl.Schema) -> pl.DataFrame:
    return pl.DataFrame(schema=schema)


@dataclass(frozen=True)
class Records:
    """`origins` has ORIGIN for each reading: its job, whether that is known, its definition and the job's (null: not
    stored). `published` has PUBLISHED per publication, `written` WRITTEN per chunk that is DONE, `values` VALUES of
    sessions that the run before has seen as well, `ends` ENDS where the index ends before its observations do.
    """

    origins: pl.DataFrame = field(default_factory=lambda: _empty(ORIGIN))
    published: pl.DataFrame = field(default_factory=lambda: _empty(PUBLISHED))
    written: pl.DataFrame = field(default_factory=lambda: _empty(WRITTEN))
    values: pl.DataFrame = field(default_factory=lambda: _empty(VALUES))
    ends: pl.DataFrame = field(default_factory=lambda: _empty(ENDS))


def _job(records: Records) -> pl.DataFrame:
    return objections(records.origins, ~pl.col("job_known"), pl.col("job_id"))


def _definition(records: Records) -> pl.DataFrame:
    wrong = pl.col("job_known") & pl.col("definition_hash").ne_missing(pl.col("of_job"))
    return objections(records.origins, wrong, pl.col("definition_hash"), pl.col("of_job"))


def _published(records: Records) -> pl.DataFrame:
    wrong = (pl.col("hash") != pl.col("present_hash")) | (pl.col("sessions") != pl.col("present_sessions"))
    return objections(
        records.published,
        wrong,
        _figures("present_sessions", "present_hash"),
        _figures("sessions", "hash"),
        pl.col("publication_id"),
    )


def _figures(count: str, digest: str) -> pl.Expr:
    return pl.format("{} sessions, {}", pl.col(count), pl.col(digest).str.head(12))


def _ledger(records: Records) -> pl.DataFrame:
    wrong = pl.col("written") != pl.col("present")
    return objections(records.written, wrong, pl.col("present"), pl.col("written"), pl.col("job_id"))


def _revised(records: Records) -> pl.DataFrame:
    wrong = pl.col("now").ne_missing(pl.col("before"))
    return objections(records.values, wrong, pl.col("now"), pl.col("before"))


def _behind(records: Records) -> pl.DataFrame:
    return objections(records.ends, pl.col("observed") > pl.col("session"), pl.col("session"), pl.col("observed"))


JOB_MISSING = Check(
    "job-missing",
    Severity.ERROR,
    "The job that wrote the reading is not on record, so nothing tells where it came from.",
    AGAIN,
    _job,
)
DEFINITION = Check(
    "definition",
    Severity.ERROR,
    "The reading's definition is not stored, or is not the one its job was planned with.",
    "Store the definition again (`dart-batch index define`), or compute the sessions anew.",
    _definition,
)
PUBLICATION = Check(
    "publication",
    Severity.ERROR,
    "The generation no longer is what was recorded when it was published: another hash, or other sessions.",
    "See the other findings of its sessions; restore them from a backup or compute them anew.",
    _published,
)
LEDGER = Check(
    "ledger",
    Severity.ERROR,
    "A chunk that is DONE holds more or fewer readings than it wrote.",
    "`dart-batch jobs start` on its job writes what was deleted; or compute the sessions anew.",
    _ledger,
)
REVISED = Check(
    "revised",
    Severity.INFO,
    "The index shows another value than when it was validated before.",
    "`dart-batch index history` tells who changed it, and why.",
    _revised,
    thorough=True,
)
BEHIND = Check(
    "behind",
    Severity.WARNING,
    "The index ends before the observations it is computed from.",
    "Backfill the sessions that are missing at the end.",
    _behind,
)
ORIGIN_CHECKS = (JOB_MISSING, DEFINITION)
RECORD_CHECKS = (PUBLICATION, LEDGER, REVISED, BEHIND)
