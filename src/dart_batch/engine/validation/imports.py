"""Which rows of a legacy table did not become readings."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from dart_batch.domain.index.validation import Severity
from dart_batch.engine.legacy import Judged
from dart_batch.engine.validation.check import Check, Outcome, look, objections

_WANTED = {"date": "a session of the market, once", "level": "the name of a level"}
_NUMBER = "a number from 0 to 100"


@dataclass(frozen=True, slots=True)
class Taken:
    """Judged rows, and the first session that was imported: rows without a day are shown there."""

    judged: Judged
    first: date


def _rejected(taken: Taken) -> pl.DataFrame:
    undated = pl.col("session").is_null()
    rows = taken.judged.rejected.with_columns(
        subject=pl.format("row {}{}", "number", pl.when(undated).then(pl.lit(", without a day")).otherwise(pl.lit(""))),
        session=pl.col("session").fill_null(taken.first),
    )
    wanted = pl.col("field").replace_strict(_WANTED, default=_NUMBER, return_dtype=pl.String)
    return objections(rows, pl.lit(True), pl.format("{} {}", "field", "reason"), wanted, pl.col("subject"))


REJECTED_ROWS = Check(
    "rejected-rows",
    Severity.WARNING,
    "A row of the legacy table was not imported.",
    "Mend the row in the source and import again; `dart-batch migrate rejects` shows it whole.",
    _rejected,
)
IMPORT_CHECKS = (REJECTED_ROWS,)


def rejections(judged: Judged, first: date) -> Outcome:
    """What the checks of imports say of the rows of a legacy table; findings as they are stored."""
    found = look(IMPORT_CHECKS, Taken(judged, first), judged.readings.height + judged.rejected.height, thorough=True)
    severity, nobody = pl.lit(Severity.WARNING.value), pl.lit(None, pl.String)
    return Outcome(found.findings.with_columns(severity=severity, reading_job_id=nobody), found.tally)
