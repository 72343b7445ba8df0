"""A report made by hand: two components, of which the second is missing, and a few withheld sessions."""

import json
from datetime import date, timedelta
from typing import Any

import polars as pl

from builders import MINI
from dart_batch.application.ports.reports import Report
from dart_batch.domain.index.level import level_of
from dart_batch.domain.job.periods import Every, Period
from dart_batch.domain.job.reporting import Language
from dart_batch.engine.definition_file import parse_definition
from dart_batch.engine.report.contributions import component_values
from dart_batch.engine.report.forward_returns import closing_prices
from dart_batch.engine.report.study import study
from published import component

DEFINITION = parse_definition(MINI, "mini.toml")
DAYS = [day for offset in range(600) if (day := date(2019, 1, 1) + timedelta(days=offset)).weekday() < 5]
MARCH = Period(date(2020, 3, 1), date(2020, 3, 31), Every.MONTH)
WITHHELD = {date(2020, 3, 10), date(2020, 3, 11)}
FORMULA = "=HYPERLINK(1)"


def history() -> pl.DataFrame:
    """Published readings of the days, values from 0 to 96."""
    values = [None if day in WITHHELD else float(day.toordinal() * 7919 % 97) for day in DAYS]
    return pl.DataFrame(
        {
            "session": DAYS,
            "value": values,
            "level": [None if value is None else level_of(value, DEFINITION.levels).value for value in values],
            "coverage": [0.3 if value is None else 1.0 for value in values],
            "withheld_reason": [FORMULA if value is None else None for value in values],
            "definition_hash": "a" * 64,
            "input_hash": [f"{number:032x}" for number in range(len(DAYS))],
            "job_id": "01jobjobjobjobjobjobjobjob",
            "components": [json.dumps({"alpha": component(value), "beta": component(None)}) for value in values],
        },
        schema_overrides={"value": pl.Float64, "level": pl.String, "withheld_reason": pl.String},
    )


def prices() -> pl.DataFrame:
    """A series that only rises."""
    rows = {"session": DAYS, "value": [100.0 + place for place in range(len(DAYS))], "known_at": DAYS}
    return closing_prices(pl.DataFrame(rows))


def report(language: Language = Language.EN, period: Period = MARCH, **changes: Any) -> Report:
    """The report of a period of these readings."""
    known, before, ago = history(), period.before, period.year_before
    priced = changes.pop("priced", True)
    found = study(
        known,
        component_values(known),
        prices() if priced else None,
        (period.first, period.last),
        (before.first, before.last),
        (ago.first, ago.last),
    )
    given = {"market": "KOSPI", "index": "mini", "definition": DEFINITION, "prices": "kospi_close", "revision": 3}
    return Report(**(given | {"period": period, "language": language, "study": found} | changes))
