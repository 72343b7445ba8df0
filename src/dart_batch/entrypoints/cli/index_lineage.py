"""Shows one reading with its components and where it came from."""

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from dart_batch.application.use_cases.explain_reading import ExplainReading
from dart_batch.application.views import moment
from dart_batch.bootstrap import App
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.engine.lineage import Lineage
from dart_batch.entrypoints.cli.console import out, print_json
from dart_batch.entrypoints.cli.index_choice import Choice
from dart_batch.entrypoints.cli.level_colours import colour_at, level_title
from dart_batch.entrypoints.cli.outcome import sparkline

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def show_reading(app: App, chosen: Choice, session: date, *, as_json: bool) -> None:
    """One reading, its components, and the job and observations behind it.

    The observations are hashed again and compared with the reading's input hash. Raises ReadingNotFound, JobNotFound.
    """
    reading = app.sides.reading(chosen.market, chosen.side, session)
    components = json.loads(reading["components"])
    job, lineage = ExplainReading(app.uow, app.job_types)(reading["job_id"], chosen.market, session)
    if as_json:
        print_json(_document(chosen, reading, components, job, lineage))
        return
    out().print(_headline(chosen, reading))
    out().print(_component_table(chosen, components))
    out().print(_origin_text(reading, job, lineage))
    out().print(_input_table(lineage))


def _headline(chosen: Choice, reading: dict[str, Any]) -> "Text":
    from rich.text import Text

    where = f"{chosen.market} / {reading['definition']}  {reading['date']}  "
    if reading["value"] is None:
        return Text.assemble(where, (f"withheld: {reading['withheld_reason']}", "bold"))
    style = f"bold {colour_at(reading['value'], chosen.definition.levels)}"
    level = level_title(reading["level"])
    return Text.assemble(where, (f"{reading['value']:.2f}  {level}", style), f"  (coverage {reading['coverage']:.0%})")


def _component_table(chosen: Choice, components: dict[str, Any]) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Components", title_justify="left")
    table.add_column("component", no_wrap=True)
    for heading in ("score", "raw", "weight", "contribution"):
        table.add_column(heading, justify="right")
    table.add_column("source")
    for name, part in components.items():
        for indicator, (label, weight, row) in enumerate(_lines(name, part)):
            style = "dim" if indicator else ""
            score = _score(row["score"], chosen.definition.levels)
            contribution = "" if indicator else _number(part["contribution"], ".2f")
            source = row["source"] or "missing"
            carried = f", carried {part['imputed']} rows" if part["imputed"] and not indicator else ""
            cells = (Text(label), score, _number(row["raw"], ".6g"), weight, contribution, Text(f"{source}{carried}"))
            table.add_row(*cells, style=style)
    return table


def _lines(name: str, part: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """The component's own line, then one per indicator when it has several."""
    weight = "-" if part["effectiveWeight"] is None else f"{part['effectiveWeight']:.1%}"
    indicators = part["indicators"] if len(part["indicators"]) > 1 else {}
    return [(name, weight, part), *((f"  {label}", "", row) for label, row in indicators.items())]


def _score(score: float | None, bounds: tuple[float, ...]) -> "Text":
    from rich.text import Text

    if score is None:
        return Text("-", "dim")
    return Text(f"{score:.1f} {sparkline([score])}", colour_at(score, bounds))


def _number(number: float | None, form: str) -> str:
    return "-" if number is None else format(number, form)


def _origin_text(reading: dict[str, Any], job: BatchJob, lineage: Lineage) -> str:
    verified = (
        "the observations hash to it" if _verified(reading, lineage) else "THE OBSERVATIONS HASH TO ANOTHER VALUE"
    )
    return "\n".join(
        [
            f"job         {job.id} by {job.owner}, finished {moment(job.finished_at) or 'not yet'}",
            f"definition  {reading['definition']}  {reading['definition_hash']}",
            f"input hash  {reading['input_hash']}  ({verified})",
        ]
    )


def _verified(reading: dict[str, Any], lineage: Lineage) -> bool:
    return bool(lineage.input_hash == reading["input_hash"])


def _input_table(lineage: Lineage) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table("input", "first", "last", title="Observations", title_justify="left")
    table.add_column("rows", justify="right")
    table.add_column("hash", no_wrap=True)
    for part in lineage.inputs:
        days = [str(part.first or "-"), str(part.last or "-")]
        table.add_row(Text(part.name), *days, f"{part.rows:,}", part.hash)
    return table


def _document(
    chosen: Choice, reading: dict[str, Any], components: dict[str, Any], job: BatchJob, lineage: Lineage
) -> dict[str, Any]:
    return {
        "market": chosen.market,
        "date": reading["date"],
        "value": reading["value"],
        "level": reading["level"],
        "coverage": reading["coverage"],
        "withheldReason": reading["withheld_reason"],
        "components": components,
        "lineage": {
            "definition": reading["definition"],
            "definitionHash": reading["definition_hash"],
            "inputHash": reading["input_hash"],
            "verified": _verified(reading, lineage),
            "jobId": job.id,
            "dataRevision": job.plan["dataRevisions"][chosen.market],
            "inputs": [
                {"name": part.name, "first": part.first, "last": part.last, "rows": part.rows, "hash": part.hash}
                for part in lineage.inputs
            ],
        },
    }
