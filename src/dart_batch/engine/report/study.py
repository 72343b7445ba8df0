"""Everything a report says about one period of one index."""

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from dart_batch.engine.report.contributions import component_summary
from dart_batch.engine.report.distribution import distribution, level_changes
from dart_batch.engine.report.forward_returns import forward_returns
from dart_batch.engine.report.summary import PeriodSummary, between, summary_of
from dart_batch.engine.report.turning_points import extremes, turning_points

CONTEXT = timedelta(days=365)
Days = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Study:
    """`readings` are those of the period (session, value, level, coverage, withheld_reason, definition_hash,
    input_hash, job_id), `before` and `year_before` what the period is compared with, `since` the first session ever
    published.

    `context` has session, value and level from a year before the period's end, or from its beginning, on. `components`
    has a row per session and component, `forward` is null without prices. Everything is as it could be known at the
    period's end.
    """

    since: date
    readings: pl.DataFrame
    context: pl.DataFrame
    components: pl.DataFrame
    summary: PeriodSummary
    before: PeriodSummary
    year_before: PeriodSummary
    levels: pl.DataFrame
    changes: pl.DataFrame
    extremes: pl.DataFrame
    turning_points: pl.DataFrame
    component_figures: pl.DataFrame
    forward: pl.DataFrame | None


def study(
    history: pl.DataFrame, components: pl.DataFrame, prices: pl.DataFrame | None, period: Days, before: Days, ago: Days
) -> Study:
    """The study of a period. `history` holds everything published, `components` its `component_values`; what lies
    behind the period's last day is not looked at.
    """
    first, last = period
    known = history.filter(pl.col("session") <= last).drop("components", strict=False)
    readings = between(known, first, last)
    inside = between(components, first, last)
    changes = level_changes(known)
    return Study(
        since=known["session"][0] if known.height else first,
        readings=readings,
        context=between(known, min(first, last - CONTEXT), last).select("session", "value", "level"),
        components=inside,
        summary=summary_of(known, first, last),
        before=summary_of(known, *before),
        year_before=summary_of(known, *ago),
        levels=distribution(readings),
        changes=changes.filter(pl.col("session") >= first),
        extremes=extremes(readings),
        turning_points=turning_points(known, first, last),
        component_figures=component_summary(inside),
        forward=None if prices is None else forward_returns(known, prices, last),
    )
