"""A report in reading order, in its language."""

from collections.abc import Iterator

import polars as pl

from dart_batch.adapters.reporting.palette import LEVEL_COLOURS, MUTED
from dart_batch.adapters.reporting.report import figures
from dart_batch.adapters.reporting.report.blocks import Block, Caption, Figures, Head, Heading, Words
from dart_batch.adapters.reporting.report.fonts import drawable
from dart_batch.adapters.reporting.report.plots import component_plots, contribution_plot, index_plot, level_plot
from dart_batch.adapters.reporting.report.tables import (
    change_table,
    comparison_table,
    component_table,
    extreme_table,
    forward_tables,
    level_table,
    lineage_table,
    reading_rows,
    turn_table,
)
from dart_batch.adapters.reporting.report.words import MISSING, WORDS, level_name, period_title
from dart_batch.application.ports.reports import Report
from dart_batch.domain.index.level import Level
from dart_batch.engine.report.turning_points import REACH

LONG_DAYS = 300
MOST_READINGS = 1300


def document(report: Report) -> list[Block]:
    """The blocks of a report that is read by people."""
    parts = (_opening, _charts, _comparison, _levels, _components, _ends, _forward, _readings, _lineage)
    return [block for part in parts for block in part(report)]


def title(report: Report) -> str:
    """Name of the index and of the period."""
    name = drawable(report.definition.title, report.definition.identifier)
    return f"{name} · {period_title(report.period, report.language)}"


def _opening(report: Report) -> Iterator[Block]:
    words, summary = WORDS[report.language], report.study.summary
    level = report.study.readings["level"].drop_nulls().tail(1).to_list()
    name = level_name(level[0], report.language) if level else MISSING
    subtitle = words["subtitle"].format(
        market=report.market,
        definition=report.definition.identifier,
        first=report.period.first,
        last=report.period.last,
    )
    colour = LEVEL_COLOURS[Level(level[0])] if level else MUTED
    yield Head(title(report), subtitle, figures.points(summary.closing), name, colour)
    yield Words(" ".join(_said(report, name)))
    yield Figures(
        (
            (words["mean"], figures.points(summary.mean)),
            (words["against"], figures.change(summary.mean, report.study.before.mean)),
            (words["lowest"], figures.points(summary.lowest)),
            (words["highest"], figures.points(summary.highest)),
            (words["sessions"], figures.count(summary.sessions)),
            (words["withheld"], figures.count(summary.withheld)),
            (words["coverage"], figures.share(summary.coverage)),
        )
    )


def _said(report: Report, level: str) -> Iterator[str]:
    words, summary, before = WORDS[report.language], report.study.summary, report.study.before
    if summary.closing is None:
        yield words["saidNothing"]
        return
    yield words["said"].format(
        period=period_title(report.period, report.language),
        closing=figures.points(summary.closing),
        level=level,
        mean=figures.points(summary.mean),
        lowest=figures.points(summary.lowest),
        highest=figures.points(summary.highest),
    )
    if before.mean is not None:
        yield words["saidBefore"].format(change=figures.change(summary.mean, before.mean))
    most = report.study.levels.sort("share", descending=True, maintain_order=True).row(0, named=True)
    yield words["saidMost"].format(share=figures.share(most["share"]), level=level_name(most["level"], report.language))
    if summary.withheld:
        yield words["saidWithheld"].format(count=summary.withheld, sessions=summary.sessions)


def _charts(report: Report) -> Iterator[Block]:
    words, study, bounds = WORDS[report.language], report.study, report.definition.levels
    if study.readings.is_empty():
        return
    yield Heading(words["chart"])
    yield index_plot(_values(study.readings, "value"), bounds, study.turning_points, report.language, 176)
    yield Words(words["chartNote"], small=True)
    if (report.period.last - report.period.first).days < LONG_DAYS:
        yield Caption(words["context"])
        yield index_plot(_values(study.context, "value"), bounds, study.turning_points.clear(), report.language, 96)


def _comparison(report: Report) -> Iterator[Block]:
    yield Heading(WORDS[report.language]["comparison"])
    yield comparison_table(report.study, report.language)


def _levels(report: Report) -> Iterator[Block]:
    yield Heading(WORDS[report.language]["distribution"])
    if report.study.summary.published:
        yield level_plot(report.study.levels, report.language)
    yield level_table(report.study.levels, report.language)


def _components(report: Report) -> Iterator[Block]:
    words, study = WORDS[report.language], report.study
    if study.components.is_empty():
        return
    yield Heading(words["components"])
    yield component_table(study.component_figures, report.language)
    yield component_plots(study.components, report.language)
    yield Caption(words["stack"])
    yield contribution_plot(study.components, report.language, 150)
    yield Words(words["componentNote"], small=True)


def _ends(report: Report) -> Iterator[Block]:
    words, study = WORDS[report.language], report.study
    yield Heading(words["ends"])
    if study.summary.published:
        yield Caption(words["highsAndLows"])
        yield extreme_table(study.extremes, report.language)
    yield Caption(words["turns"])
    if study.turning_points.is_empty():
        yield Words(words["noTurns"])
    else:
        yield turn_table(study.turning_points, report.language)
    yield Words(words["endsNote"].format(reach=REACH), small=True)
    yield Caption(words["changes"])
    yield Words(words["noChanges"]) if study.changes.is_empty() else change_table(study.changes, report.language)


def _forward(report: Report) -> Iterator[Block]:
    words, study = WORDS[report.language], report.study
    yield Heading(words["forward"])
    if study.forward is None:
        yield Words(words["noPrices"])
        return
    note = words["forwardNote"].format(prices=report.prices, last=report.period.last, start=study.since)
    yield Words(note, small=True)
    yield from forward_tables(study.forward, report.language)


def _readings(report: Report) -> Iterator[Block]:
    words, readings = WORDS[report.language], report.study.readings
    yield Heading(words["readings"])
    if readings.height > MOST_READINGS:
        yield Words(words["readingsCut"].format(shown=MOST_READINGS, all=readings.height), small=True)
    yield reading_rows(readings.tail(MOST_READINGS), report.language)


def _lineage(report: Report) -> Iterator[Block]:
    words, definition = WORDS[report.language], report.definition
    yield Heading(words["lineage"])
    yield lineage_table(report.study.readings, report.language)
    yield Words(
        words["lineageNote"].format(
            revision=report.revision,
            index=report.index,
            levels=", ".join(f"{bound:g}" for bound in definition.levels),
            minimum=figures.share(definition.minimum_coverage),
        ),
        small=True,
    )
    yield Words(words["disclaimer"], small=True)


def _values(frame: pl.DataFrame, column: str) -> list[tuple]:  # type: ignore[type-arg]
    return frame.select("session", column).rows()
