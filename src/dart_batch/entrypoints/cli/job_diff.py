"""Shows what a staged generation would change, and carries out the decision about it."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dart_batch.adapters.reporting.exports import write_table
from dart_batch.adapters.reporting.output_file import whole_file
from dart_batch.application.difference_views import difference_rows, difference_view, ordered
from dart_batch.application.use_cases.compare_generation import Difference
from dart_batch.bootstrap import App
from dart_batch.domain.index.level import Level
from dart_batch.engine.comparison import Comparison
from dart_batch.engine.comparison_summary import NO_LEVEL, Summary, summarise
from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.finding import find_job
from dart_batch.entrypoints.cli.local_actor import local_actor

if TYPE_CHECKING:
    from rich.table import Table

WORST_DAYS = 10
CAUSES = 3
LEVELS = [*(level.value for level in Level), NO_LEVEL]


def show_difference(app: App, text: str, market: str | None, files: dict[str, Path], *, as_json: bool) -> None:
    """Figures, flips, components and worst days; `files` names where to write which of csv, parquet and plot.

    Raises JobNotFound, NothingCompared, InvalidParameters, FileNotWritable, UnknownPictureFormat.
    """
    found = app.compare(find_job(app, text).id, market)
    for kind, path in files.items():
        _write(found, kind, path)
    if as_json:
        worst = ordered(found.comparison, "-delta").head(WORST_DAYS)
        print_json(difference_view(found) | {"worstDays": difference_rows(worst)})
    else:
        _print(found)


def promote(app: App, text: str, *, as_json: bool) -> None:
    """Publish what the job has staged. Raises JobNotFound, NotStaged, LiveIndexMoved."""
    job = find_job(app, text)
    _say(app, job.id, app.decide.promote(job.id, local_actor()), as_json=as_json)


def discard(app: App, text: str, *, as_json: bool) -> None:
    """Drop what the job has staged. Raises JobNotFound, NotStaged."""
    job = find_job(app, text)
    _say(app, job.id, [app.decide.discard(job.id, local_actor())], as_json=as_json)


def _say(app: App, job_id: str, lines: list[str], *, as_json: bool) -> None:
    if as_json:
        print_json(app.view(app.queries.job(job_id)))
    for line in lines:
        err().print(line, markup=False, soft_wrap=True)


def _write(found: Difference, kind: str, path: Path) -> None:
    if kind == "plot":
        from dart_batch.adapters.reporting.difference_chart import difference_figure
        from dart_batch.adapters.reporting.figure_file import save_figure

        save_figure(difference_figure(found.comparison.frame, _title(found)), path)
    else:
        with whole_file(path) as stream:
            write_table(found.comparison.table, kind, stream, {})
    err().print(f"Wrote {path}.", markup=False, soft_wrap=True)


def _title(found: Difference) -> str:
    return f"{found.market} / {found.job.plan['index']}: {found.job.plan['definition']}, job {found.job.id}"


def _print(found: Difference) -> None:
    figures = summarise(found.comparison)
    out().print(_title(found), style="bold", markup=False)
    given = found.job.parameters.recalculation
    if given:
        out().print(f"Reason: {given.reason}", markup=False)
    print_comparison(found.comparison, figures)
    out().print(_decision(found), markup=False, soft_wrap=True)


def print_comparison(comparison: Comparison, figures: Summary) -> None:
    """Figures, flips, causes and the worst days."""
    out().print(_figures(figures), markup=False, soft_wrap=True)
    out().print(_flip_table(figures))
    out().print(_component_table(figures))
    out().print(_worst_table(comparison))


def _figures(figures: Summary) -> str:
    text = (
        f"{figures.sessions:,} sessions: {figures.changed:,} changed, {figures.flipped:,} with another level, "
        f"{figures.appeared:,} get a value, {figures.withheld:,} lose it."
    )
    if figures.mean is None or figures.mean_size is None or figures.largest is None:
        return text
    return (
        f"{text} Mean change {figures.mean:+.2f}, mean size {figures.mean_size:.2f}, largest {figures.largest:+.2f} on "
        f"{figures.largest_session}; rank correlation {_number(figures.rank_correlation, '.4f')}."
    )


def _flip_table(figures: Summary) -> "Table":
    counts = {(one.old, one.new): one.sessions for one in figures.flips}
    used = [level for level in LEVELS if any(level in pair for pair in counts)]
    rows = [[old, *(f"{counts[old, new]:,}" if (old, new) in counts else "" for new in used)] for old in used]
    return _table("Levels: old (rows), new (columns)", ["", *used], rows)


def _component_table(figures: Summary) -> "Table":
    rows = [[one.name, f"{one.mean:+.2f}", f"{one.mean_size:.2f}", f"{one.largest:+.2f}"] for one in figures.components]
    return _table("Causes, in points of the index", ["component", "mean", "mean size", "largest"], rows)


def _worst_table(comparison: Comparison) -> "Table":
    days = ordered(comparison, "-delta").head(WORST_DAYS).to_dicts()
    rows = [
        [
            str(day["session"]),
            *(_number(day[key], ".1f") for key in ("old", "new")),
            _number(day["delta"], "+.1f"),
            _causes({name: day[f"by_{name}"] for name in comparison.components}),
        ]
        for day in days
    ]
    table = _table("Largest changes", ["session", "old", "new", "change", "largest causes"], rows)
    table.columns[-1].justify = "left"
    return table


def _causes(shares: dict[str, float | None]) -> str:
    known = {name: share for name, share in shares.items() if share is not None}
    largest = sorted(known, key=lambda name: -abs(known[name]))[:CAUSES]
    return ", ".join(f"{name} {known[name]:+.1f}" for name in largest)


def _table(title: str, headings: list[str], rows: list[list[str]]) -> "Table":
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=not number)
    for row in rows:
        table.add_row(*row)
    return table


def _decision(found: Difference) -> str:
    job = found.job
    if found.status is None:
        return "Published when the job ended."
    if found.status.value != "STAGED":
        return f"This generation was {found.status.lower()}."
    if found.stale:
        return f"The live index moved since: discard it with `dart-batch jobs discard {job.id}` and submit it again."
    return f"Publish it with `dart-batch jobs promote {job.id}`, or drop it with `dart-batch jobs discard {job.id}`."


def _number(value: Any, shape: str) -> str:
    return "-" if value is None else format(value, shape)
