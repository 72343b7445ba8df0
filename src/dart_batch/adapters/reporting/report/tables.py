"""The tables of a report."""

from collections.abc import Iterator, Sequence

import polars as pl

from dart_batch.adapters.reporting.report import figures
from dart_batch.adapters.reporting.report.blocks import Caption, Column, Table
from dart_batch.adapters.reporting.report.words import WORDS, component_title, level_name
from dart_batch.domain.index.level import Level
from dart_batch.domain.job.reporting import Language
from dart_batch.engine.report.study import Study
from dart_batch.engine.report.summary import PeriodSummary

SHORT_HASH = 12
MOST_CHANGES = 40


def comparison_table(study: Study, language: Language) -> Table:
    """The period beside the one before and, where that is another, the one a year ago."""
    words = WORDS[language]
    named = {"thisPeriod": study.summary, "periodBefore": study.before}
    if study.year_before != study.before:
        named["yearBefore"] = study.year_before
    three = tuple(named.values())
    names = ("opening", "closing", "mean", "median", "lowest", "highest", "deviation")
    rows = [
        (words["date"], *(f"{one.first} – {one.last}" for one in three)),
        (words["sessions"], *(figures.count(one.sessions) for one in three)),
        (words["withValue"], *(figures.count(one.published) for one in three)),
        *((words[name], *(_figure(one, name) for one in three)) for name in names),
        (words["coverage"], *(figures.share(one.coverage) for one in three)),
    ]
    titles = [Column(words[name], 0.78 / len(named)) for name in named]
    columns = (Column(words["figure"], 0.22, number=False), *titles)
    return Table(columns, tuple(rows))


def level_table(levels: pl.DataFrame, language: Language) -> Table:
    """Sessions by level."""
    rows = [
        (level_name(level, language), figures.count(sessions), figures.share(share, 1), figures.points(mean), str(run))
        for level, sessions, share, mean, run in levels.rows()
    ]
    return _table(language, ("level", "sessions", "share", "mean", "longestRun"), rows, words_first=1)


def component_table(components: pl.DataFrame, language: Language) -> Table:
    """Figures of the components."""
    rows = [
        (
            component_title(row["component"], language),
            figures.count(row["sessions"]),
            *(figures.points(row[name]) for name in ("opening", "closing", "mean")),
            figures.share(row["weight"]),
            figures.points(row["contribution"]),
        )
        for row in components.iter_rows(named=True)
    ]
    names = ("component", "withValue", "opening", "closing", "mean", "weight", "contribution")
    return _table(language, names, rows, words_first=1)


def extreme_table(extremes: pl.DataFrame, language: Language) -> Table:
    """Highest and lowest values."""
    return _dated(extremes, "kind", language)


def turn_table(turns: pl.DataFrame, language: Language) -> Table:
    """Tops and bottoms."""
    return _dated(turns, "turn", language)


def change_table(changes: pl.DataFrame, language: Language) -> Table:
    """The last changes of level."""
    rows = [
        (figures.day(session), level_name(before, language), level_name(level, language), figures.points(value))
        for session, value, before, level in changes.tail(MOST_CHANGES).rows()
    ]
    return _table(language, ("date", "from", "to", "value"), rows, words_first=3)


def forward_tables(forward: pl.DataFrame, language: Language) -> Iterator[Caption | Table]:
    """A captioned table per horizon."""
    for (horizon,), part in forward.group_by("horizon", maintain_order=True):
        yield Caption(WORDS[language]["horizon"].format(count=horizon))
        rows = [
            (
                level_name(row["level"], language),
                figures.count(row["sessions"]),
                figures.signed(row["mean"]),
                figures.signed(row["median"]),
                figures.share(row["positive"]),
                f"{figures.signed(row['low'])} … {figures.signed(row['high'])}",
            )
            for row in part.iter_rows(named=True)
        ]
        names = ("level", "observations", "mean", "median", "positive", "quartiles")
        yield _table(language, names, rows, words_first=1)


def reading_rows(readings: pl.DataFrame, language: Language) -> Table:
    """The readings themselves."""
    names = ("session", "value", "level", "coverage", "input_hash", "job_id")
    rows = [
        (
            figures.day(session),
            level_name(level, language) if level else WORDS[language]["withheld"],
            figures.points(value, 2),
            figures.share(coverage),
            digest[:SHORT_HASH],
            job,
        )
        for session, value, level, coverage, digest, job in readings.select(names).rows()
    ]
    words = WORDS[language]
    columns = (
        Column(words["date"], 0.13, number=False),
        Column(words["level"], 0.17, number=False),
        Column(words["value"], 0.09),
        Column(words["coverage"], 0.11),
        Column(words["inputHash"], 0.19),
        Column(words["job"], 0.31),
    )
    return Table(columns, tuple(rows), _marks(language))


def lineage_table(readings: pl.DataFrame, language: Language) -> Table:
    """Which jobs and definitions the readings came from."""
    keys = ("job_id", "definition_hash")
    found = readings.group_by(keys, maintain_order=True).agg(
        first=pl.col("session").min(), last=pl.col("session").max(), sessions=pl.len()
    )
    rows = [
        (job, digest[: 2 * SHORT_HASH], str(first), str(last), figures.count(sessions))
        for job, digest, first, last, sessions in found.rows()
    ]
    words = WORDS[language]
    columns = (
        Column(words["job"], 0.33, number=False),
        Column(words["definitionHash"], 0.29, number=False),
        Column(words["fromDay"], 0.14),
        Column(words["toDay"], 0.14),
        Column(words["sessions"], 0.1),
    )
    return Table(columns, tuple(rows))


def _dated(frame: pl.DataFrame, kind: str, language: Language) -> Table:
    rows = [
        (WORDS[language][f"{kind}.{one}"], figures.day(session), level_name(level, language), figures.points(value))
        for one, session, value, level in frame.rows()
    ]
    return _table(language, ("kind", "date", "level", "value"), rows, words_first=3)


def _table(language: Language, names: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, words_first: int) -> Table:
    first = 0.28 if words_first == 1 else 1 / len(names)
    rest = (1 - first) / (len(names) - 1)
    columns = tuple(
        Column(WORDS[language][name], rest if place else first, number=place >= words_first)
        for place, name in enumerate(names)
    )
    return Table(columns, tuple(rows), _marks(language))


def _marks(language: Language) -> tuple[tuple[str, str], ...]:
    return tuple((level_name(level, language), level.value) for level in Level)


def _figure(summary: PeriodSummary, name: str) -> str:
    return figures.points(getattr(summary, name))
