"""Reports as XLSX: a summary with a chart of its own, and a sheet per part, with numbers as numbers."""

from io import BytesIO
from typing import Any

import polars as pl

from dart_batch.adapters.reporting.harmless import harmless_text
from dart_batch.adapters.reporting.palette import INK
from dart_batch.adapters.reporting.report.data_table import data_table
from dart_batch.adapters.reporting.report.document import title
from dart_batch.adapters.reporting.report.words import WORDS, component_title, level_name
from dart_batch.adapters.reporting.workbook import add_sheet, new_workbook
from dart_batch.application.ports.reports import Report
from dart_batch.domain.job.reporting import Language
from dart_batch.engine.report.study import Study

COMPARED = (
    "first", "last", "sessions", "published", "opening", "closing", "mean", "median", "lowest", "highest",
    "deviation", "coverage",
)  # fmt: skip


def write_workbook(report: Report) -> bytes:
    """The workbook; same report, same bytes."""
    stream = BytesIO()
    workbook = new_workbook(stream)
    words = WORDS[report.language]
    overview = workbook.add_worksheet(words["sheet.overview"])
    for name, table in _sheets(report):
        add_sheet(workbook, words[f"sheet.{name}"], table)
    _overview(workbook, overview, report)
    workbook.close()
    return stream.getvalue()


def _sheets(report: Report) -> list[tuple[str, pl.DataFrame]]:
    study, language = report.study, report.language
    forward = study.forward if study.forward is not None else pl.DataFrame()
    ends = pl.concat([study.extremes.with_columns(kind="kind." + pl.col("kind")),
                      study.turning_points.with_columns(kind="turn." + pl.col("kind"))])  # fmt: skip
    found = {
        "readings": data_table(study),
        "components": study.component_figures,
        "levels": study.levels,
        "ends": ends.with_columns(pl.col("kind").replace(dict(WORDS[language]))),
        "forward": forward,
        "lineage": _lineage(report),
    }
    return [(name, _worded(table, language)) for name, table in found.items()]


def _worded(table: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Levels and components by their names; the titles of columns stay what programs call them."""
    if "level" in table.columns:
        names = {level: level_name(level, language) for level in table["level"].drop_nulls().unique()}
        table = table.with_columns(pl.col("level").replace(names))
    if "component" in table.columns:
        names = {name: component_title(name, language) for name in table["component"].unique()}
        table = table.with_columns(pl.col("component").replace(names))
    return table


def _lineage(report: Report) -> pl.DataFrame:
    return (
        report.study.readings.group_by("job_id", "definition_hash", maintain_order=True)
        .agg(first=pl.col("session").min(), last=pl.col("session").max(), sessions=pl.len().cast(pl.Int64))
        .with_columns(index=pl.lit(report.index), definition=pl.lit(report.definition.identifier))
        .with_columns(data_revision=pl.lit(report.revision))
    )


def _overview(workbook: Any, sheet: Any, report: Report) -> None:
    words, study = WORDS[report.language], report.study
    bold, day = workbook.add_format({"bold": True}), workbook.add_format({"num_format": "yyyy-mm-dd", "align": "right"})
    number, small = workbook.add_format({"num_format": "0.00"}), workbook.add_format({"font_color": "#5b6470"})
    sheet.write_string(0, 0, _plain(title(report)), workbook.add_format({"bold": True, "font_size": 16}))
    sheet.write_row(2, 1, [words["thisPeriod"], words["periodBefore"], words["yearBefore"]], bold)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 3, 16)
    for row, name in enumerate(COMPARED, start=3):
        label = {"first": "fromDay", "last": "toDay", "published": "withValue"}.get(name, name)
        sheet.write_string(row, 0, words[label])
        shown = day if name in ("first", "last") else number if name not in ("sessions", "published") else None
        sheet.write_row(row, 1, [getattr(one, name) for one in _three(study)], shown)
    notes = [words["forwardNote"].format(prices=report.prices, last=report.period.last, start=study.since)]
    notes = (notes if study.forward is not None else [words["noPrices"]]) + [words["disclaimer"]]
    for row, note in enumerate(notes, start=17 + len(COMPARED) + 6):
        sheet.write_string(row, 0, note, small)
    if study.readings.height:
        sheet.insert_chart(4 + len(COMPARED), 0, _chart(workbook, words, study.readings.height))


def _three(study: Study) -> tuple[Any, ...]:
    return study.summary, study.before, study.year_before


def _chart(workbook: Any, words: Any, rows: int) -> Any:
    chart, sheet = workbook.add_chart({"type": "line"}), words["sheet.readings"]
    chart.add_series(
        {
            "name": words["value"],
            "categories": [sheet, 1, 0, rows, 0],
            "values": [sheet, 1, 1, rows, 1],
            "line": {"color": INK, "width": 1.5},
        }
    )
    chart.set_y_axis({"min": 0, "max": 100, "major_unit": 25})
    chart.set_x_axis({"date_axis": True, "num_format": "yyyy-mm-dd"})
    chart.set_legend({"none": True})
    chart.set_size({"width": 720, "height": 300})
    chart.show_blanks_as("gap")
    return chart


def _plain(text: str) -> str:
    return str(harmless_text(pl.DataFrame({"text": [text]})).item())
