"""The components of each reading, and whether they add up to it."""

import polars as pl

from dart_batch.domain.index.validation import Severity
from dart_batch.engine.validation.check import Check, every, objections
from dart_batch.engine.validation.readings import Scored
from dart_batch.engine.validation.values import AGAIN

CLOSE = 1e-6
FROZEN_FOR = 10
_STORED = pl.col("weight").is_not_null()
_PRESENT = pl.col("score").is_not_null()


def _absent(readings: Scored) -> pl.DataFrame:
    return objections(readings.judged_components, ~_STORED, subject=pl.col("name"))


def _score_range(readings: Scored) -> pl.DataFrame:
    wrong = ~pl.col("score").is_between(0, 100)
    return objections(readings.judged_components, wrong, pl.col("score"), pl.lit("0 to 100"), pl.col("name"))


def _weights(readings: Scored) -> pl.DataFrame:
    declared = (pl.col("weight") - pl.col("declared")).abs() > CLOSE
    return objections(readings.judged_components, declared, pl.col("weight"), pl.col("declared"), pl.col("name"))


def _effective(readings: Scored) -> pl.DataFrame:
    sums = _by_session(readings, pl.col("effectiveWeight").filter(_PRESENT).sum())
    wrong = pl.col("any") & ((pl.col("sum") - 1).abs() > CLOSE)
    return objections(sums, wrong, pl.col("sum"), pl.lit(1.0))


def _covered(readings: Scored) -> pl.DataFrame:
    sums = _by_session(readings, pl.col("declared").filter(_PRESENT).sum())
    return objections(sums, (pl.col("sum") - pl.col("coverage")).abs() > CLOSE, pl.col("coverage"), pl.col("sum"))


def _contributions(readings: Scored) -> pl.DataFrame:
    sums = _by_session(readings, pl.col("contribution").filter(_PRESENT).sum())
    return objections(sums, (pl.col("sum") - pl.col("value")).abs() > CLOSE, pl.col("value"), pl.col("sum"))


def _by_session(readings: Scored, total: pl.Expr) -> pl.DataFrame:
    """session, sum, any (whether a component is present), value, coverage; without readings that lack a component."""
    parts = readings.judged_components.filter(_STORED.all().over("session"))
    sums = parts.group_by("session").agg(sum=total, any=_PRESENT.any())
    rows = readings.judged.select("session", "value", "coverage")
    return sums.join(rows, on="session").sort("session")


def _lost(readings: Scored) -> pl.DataFrame:
    before = pl.col("score").shift(1).over("name", order_by="session")
    rows = readings.components.with_columns(before=before).filter(pl.col("session") >= readings.first)
    return objections(rows, _STORED & ~_PRESENT & pl.col("before").is_not_null(), subject=pl.col("name"))


def _frozen(readings: Scored) -> pl.DataFrame:
    parts = readings.components.select("session", "name", figure="raw")
    whole = readings.frame.select("session", name=pl.lit("value"), figure="value")
    return every([frozen(rows, "name", "figure", FROZEN_FOR, readings) for rows in (parts, whole)])


def frozen(rows: pl.DataFrame, name: str, figure: str, sessions: int, within: Scored | None = None) -> pl.DataFrame:
    """Where a figure of a name has been the same for so many sessions, once for each time: at the last of them."""
    ordered = rows.filter(pl.col(figure).is_not_null()).sort(name, "session")
    run = (pl.col(figure) != pl.col(figure).shift(1)).fill_null(value=True).cum_sum().over(name)
    place = pl.int_range(1, pl.len() + 1).over(name, "run")
    found = ordered.with_columns(run=run).with_columns(place=place).filter(pl.col("place") == sessions)
    judged = pl.lit(True) if within is None else pl.col("session") >= within.first
    return objections(found, judged, pl.col(figure), subject=pl.col(name))


COMPONENTS = Check(
    "components",
    Severity.ERROR,
    "A component of the definition is not stored with the reading, or what is stored cannot be read.",
    AGAIN,
    _absent,
)
COMPONENT_RANGE = Check(
    "component-range", Severity.ERROR, "A component's score is no number from 0 to 100.", AGAIN, _score_range
)
WEIGHTS = Check(
    "weights", Severity.ERROR, "A component's weight is not the one the definition declares.", AGAIN, _weights
)
EFFECTIVE_WEIGHTS = Check(
    "effective-weights",
    Severity.ERROR,
    "The weights of the present components do not add up to 1.",
    AGAIN,
    _effective,
)
COVERAGE_SUM = Check(
    "coverage-sum",
    Severity.ERROR,
    "The coverage is not the sum of the weights of the components that are present.",
    AGAIN,
    _covered,
)
CONTRIBUTIONS = Check(
    "contributions",
    Severity.ERROR,
    "The contributions of the components do not add up to the value.",
    AGAIN,
    _contributions,
)
COMPONENT_MISSING = Check(
    "component-missing",
    Severity.WARNING,
    "A component that had a score the session before has none.",
    "Import what its sources lack (`dart-batch data describe`), then backfill with --overwrite.",
    _lost,
    thorough=True,
)
FROZEN = Check(
    "frozen",
    Severity.WARNING,
    f"A component's raw figure, or the value, has been the same for {FROZEN_FOR} sessions.",
    "See whether its source still delivers: `dart-batch validate --scope observations`.",
    _frozen,
    thorough=True,
)
SHARE_CHECKS = (
    COMPONENTS,
    COMPONENT_RANGE,
    WEIGHTS,
    EFFECTIVE_WEIGHTS,
    COVERAGE_SUM,
    CONTRIBUTIONS,
    COMPONENT_MISSING,
    FROZEN,
)
