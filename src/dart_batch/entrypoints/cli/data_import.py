"""Plans, shows and carries out an import."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dart_batch.application.ports.market_data import Finding, ImportOrder, ImportPlan, Shape
from dart_batch.application.use_cases.import_observations import Imported
from dart_batch.bootstrap import App
from dart_batch.entrypoints.cli.confirming import confirm
from dart_batch.entrypoints.cli.console import err, out, print_json

if TYPE_CHECKING:
    from rich.table import Table

T = TypeVar("T")

SEVERITY_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}
SEVERITIES = list(SEVERITY_STYLE)


@dataclass(frozen=True, slots=True)
class Wish:
    """An import in the user's words; null means: from the file."""

    files: list[Path]
    market: str | None
    shape: Shape | None
    name: str | None
    source: str | None
    accept_warnings: bool = False
    dry_run: bool = False
    ask: bool = True


def import_into(app: App, wish: Wish, *, as_json: bool) -> None:
    """Check all files, show what would change, ask, and store.

    Raises ImportBlocked before anything is stored, NotConfirmed, and what reading the files raises.
    """
    imports = app.import_observations
    orders = _orders(app, wish)
    plans = list(_tracked("Checking", imports.planned(orders), len(orders)))
    if not as_json:
        show_plans(plans)
    if wish.dry_run:
        _answer(plans, [], as_json=as_json)
        return
    if not wish.accept_warnings and any(plan.blocking for plan in plans):
        _answer(plans, [], as_json=as_json)
        imports(plans, accept_warnings=False)
    news = sum(plan.new_rows + plan.corrected_rows for plan in plans)
    if news and wish.ask:
        confirm(f"Import {news:,} observations from {len(plans)} files?")
    stored = imports.stored(plans, accept_warnings=wish.accept_warnings)
    done = list(_tracked("Importing", stored, len(plans)))
    _answer(plans, done, as_json=as_json)


def show_plans(plans: list[ImportPlan]) -> None:
    """A table of the files and, when there is any, a table of the findings."""
    out().print(_files_table(plans))
    if any(plan.findings for plan in plans):
        out().print(_findings_table(plans))


def plan_document(plan: ImportPlan) -> dict[str, Any]:
    """One file of the JSON answer."""
    return {
        "file": str(plan.path),
        "market": plan.market,
        "shape": plan.shape,
        "names": list(plan.names),
        "rows": plan.rows,
        "newRows": plan.new_rows,
        "correctedRows": plan.corrected_rows,
        "knownRows": plan.known_rows,
        "droppedRows": plan.dropped_rows,
        "firstSession": plan.first_session,
        "lastSession": plan.last_session,
        "sha256": plan.digest,
        "findings": [
            {
                "code": finding.code,
                "severity": finding.severity,
                "count": finding.count,
                "message": finding.message,
                "examples": list(finding.examples),
            }
            for finding in plan.findings
        ],
    }


def _orders(app: App, wish: Wish) -> list[ImportOrder]:
    now = app.clock.now()
    return [ImportOrder(file, now, wish.market, wish.shape, wish.name, wish.source) for file in wish.files]


def _answer(plans: list[ImportPlan], done: list[Imported], *, as_json: bool) -> None:
    if as_json:
        revisions = {imported.plan.market: imported.revision for imported in done}
        files = [plan_document(plan) for plan in plans]
        print_json({"imported": bool(done), "revisions": revisions, "files": files})
    elif done:
        out().print(_summary([imported.plan for imported in done]), soft_wrap=True)


def _summary(plans: list[ImportPlan]) -> str:
    new = sum(plan.new_rows for plan in plans)
    corrected = sum(plan.corrected_rows for plan in plans)
    dropped = sum(plan.dropped_rows for plan in plans)
    markets = ", ".join(sorted({plan.market for plan in plans}))
    left = f" {dropped:,} rows could not be stored and were left out." if dropped else ""
    if not new + corrected:
        return f"Nothing new: all observations of these files are stored already for {markets}.{left}"
    return (
        f"Imported {new:,} new observations and {corrected:,} corrections for {markets}.{left} "
        f"See them with `dart-batch data describe`."
    )


def _files_table(plans: list[ImportPlan]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Import", title_justify="left")
    for heading in ("file", "market", "as"):
        table.add_column(heading)
    dropping = any(plan.dropped_rows for plan in plans)
    for heading in ("rows", "new", "corrections", "known", *(["left out"] if dropping else [])):
        table.add_column(heading, justify="right")
    table.add_column("sessions", no_wrap=True)
    for plan in plans:
        span = f"{plan.first_session} - {plan.last_session}" if plan.first_session else "none"
        counts = [plan.rows, plan.new_rows, plan.corrected_rows, plan.known_rows]
        counts += [plan.dropped_rows] if dropping else []
        table.add_row(Text(plan.path.name), plan.market, plan.shape, *[f"{count:,}" for count in counts], span)
    return table


def _findings_table(plans: list[ImportPlan]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Findings", title_justify="left")
    table.add_column("severity")
    table.add_column("finding", no_wrap=True)
    table.add_column("count", justify="right")
    table.add_column("what it is, and where", ratio=1)
    for (severity, code), found in _by_kind(plans).items():
        count = sum(finding.count for _, finding in found)
        words = Text.assemble(found[0][1].message, (_where(found), "dim"))
        table.add_row(Text(severity, style=SEVERITY_STYLE[severity]), code, f"{count:,}", words)
    return table


def _by_kind(plans: list[ImportPlan]) -> dict[tuple[str, str], list[tuple[str, Finding]]]:
    kinds: dict[tuple[str, str], list[tuple[str, Finding]]] = {}
    for plan in plans:
        for finding in plan.findings:
            kinds.setdefault((finding.severity, finding.code), []).append((plan.path.name, finding))
    return dict(sorted(kinds.items(), key=lambda kind: SEVERITIES.index(kind[0][0])))


def _where(found: list[tuple[str, Finding]]) -> str:
    """Examples of the first file, and how many more files there are."""
    name, finding = found[0]
    more = f"; and in {len(found) - 1} more files" if len(found) > 1 else ""
    examples = "; ".join(finding.examples)
    return f"\n{name}: {examples}{more}" if examples else f"\n{name}{more}"


def _tracked(word: str, steps: Iterable[T], count: int) -> Iterable[T]:
    from rich.progress import track

    return track(steps, word, total=count, console=err(), transient=True, disable=not err().is_terminal or count < 2)
