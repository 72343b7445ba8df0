"""Shows findings to people, as files and as JSON."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from dart_batch.adapters.persistence.finding_queries import FindingFilter
from dart_batch.adapters.persistence.log_queries import LogFilter
from dart_batch.adapters.reporting.exports import write_table
from dart_batch.adapters.reporting.output_file import whole_file
from dart_batch.application.finding_views import check_views, finding_rows
from dart_batch.application.job_types.validation.work import NOT_RECOMPUTED
from dart_batch.bootstrap import App
from dart_batch.domain.index.validation import Severity
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.date_range import EARLIEST, DateRange
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.engine.validation.catalogue import CODES
from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.finding import find_job

if TYPE_CHECKING:
    from rich.table import Table

COLOURS = {"error": "red", "warning": "yellow", "info": "cyan"}


@dataclass(frozen=True, slots=True)
class Wish:
    """Findings in the user's words; null and empty mean all."""

    codes: list[str]
    severities: list[str]
    market: str | None
    start: str | None
    end: str | None
    group_by: Literal["code", "market", "month"] | None
    limit: int


def show_findings(app: App, text: str, wish: Wish, files: dict[str, Path], *, as_json: bool) -> None:
    """A list, or groups; `files` names where to write which of csv and parquet.

    Raises JobNotFound, InvalidParameters, FileNotWritable.
    """
    job, wanted = find_job(app, text), _filter(wish)
    for kind, path in files.items():
        with whole_file(path) as stream:
            write_table(app.findings.rows(job.id, wanted)[0], kind, stream, {})
        err().print(f"Wrote {path}.", markup=False, soft_wrap=True)
    if as_json:
        print_json(_document(app, job, wanted, wish))
    elif wish.group_by:
        out().print(_groups(app.findings.groups(job.id, wanted, wish.group_by), wish.group_by))
    elif not files:
        _print_rows(app, job, wanted, wish.limit)


def print_verdict(app: App, job: BatchJob) -> None:
    """How a validation ended: what was not looked at, the checks that object, and what to do about each."""
    for line in app.logs.lines(job.id, LogFilter(event=NOT_RECOMPUTED)):
        out().print(line["message"], markup=False, soft_wrap=True)
    failed = [check for check in check_views(job, app.findings.kept(job.id)) if not check["passed"]]
    checks = len(job.verification or [])
    if not failed:
        out().print(f"[green]Nothing was found[/green]: {checks} checks of {job.progress.processed:,} sessions passed.")
        return
    out().print(_checks(failed, checks))
    for check in failed:
        out().print(f"{check['code']}: {check['explanation']} {check['mend']}", markup=False, soft_wrap=True)
    errors = any(check["severity"] == "error" for check in failed)
    said = "[red]Errors were found[/red]" if errors else "[green]No errors were found[/green]"
    out().print(f"{said}. Each place: `dart-batch jobs findings {job.id}`.", soft_wrap=True)


def _document(app: App, job: BatchJob, wanted: FindingFilter, wish: Wish) -> dict[str, Any]:
    page, total = app.findings.rows(job.id, wanted, 0 if wish.group_by else wish.limit)
    return {
        "checks": check_views(job, app.findings.kept(job.id)),
        "items": finding_rows(page),
        "groups": app.findings.groups(job.id, wanted, wish.group_by) if wish.group_by else [],
        "total": total,
    }


def _print_rows(app: App, job: BatchJob, wanted: FindingFilter, limit: int) -> None:
    page, total = app.findings.rows(job.id, wanted, limit)
    if not total:
        done = "Nothing was found." if job.status.value == "COMPLETED" else "Nothing was found so far."
        finds = job.parameters.validation or (job.verification and app.findings.kept(job.id))
        err().print(done if finds else f"Job {job.id} is no validation, so it has no findings.")
        return
    table = _table(["session", "market", "check", "severity", "of", "found", "expected"])
    for row in page.iter_rows(named=True):
        colour = COLOURS[row["severity"]]
        cells = [row["subject"], row["found"] or "-", row["expected"] or "-"]
        table.add_row(
            str(row["session"]),
            row["market"],
            row["code"],
            f"[{colour}]{row['severity']}[/{colour}]",
            *map(_plain, cells),
        )
    out().print(table)
    if total > page.height:
        out().print(f"{page.height:,} of {total:,} findings; more with --limit, all with --csv FILE.", soft_wrap=True)


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _groups(groups: list[dict[str, Any]], by: str) -> "Table":
    table = _table([by, "severity", "findings", "first", "last"])
    for group in groups:
        cells = (
            group["key"],
            group["severity"] or "",
            f"{group['findings']:,}",
            str(group["first"]),
            str(group["last"]),
        )
        table.add_row(*cells)
    return table


def _checks(failed: list[dict[str, Any]], checks: int) -> "Table":
    table = _table(["check", "severity", "checked", "findings", "examples"])
    table.title = f"{len(failed)} of {checks} checks object"
    for check in failed:
        colour = COLOURS[check["severity"]]
        figures = (f"{check['checked']:,}", f"{check['objections']:,}", ", ".join(check["examples"][:3]))
        table.add_row(check["code"], f"[{colour}]{check['severity']}[/{colour}]", *figures)
    return table


def _table(headings: list[str]) -> "Table":
    from rich.table import Table

    table = Table(title_justify="left")
    for heading in headings:
        table.add_column(heading, justify="right" if heading in ("checked", "findings") else "left")
    return table


def _filter(wish: Wish) -> FindingFilter:
    codes, severities = _words(wish.codes), _words(wish.severities)
    _known("--code", codes, list(CODES))
    _known("--severity", severities, [one.value for one in Severity])
    span = DateRange.parse(wish.start or str(EARLIEST), wish.end or "2100-12-31")
    return FindingFilter(codes, severities, wish.market.upper() if wish.market else None, span.start, span.end)


def _words(texts: list[str]) -> list[str]:
    return [word.strip() for text in texts for word in text.split(",") if word.strip()]


def _known(option: str, given: list[str], known: list[str]) -> None:
    if wrong := [word for word in given if word not in known]:
        raise InvalidParameters(f"{option} {', '.join(wrong)} is none of {', '.join(known)}.", field=option)
