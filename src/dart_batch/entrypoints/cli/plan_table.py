"""Shows a plan to people."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from dart_batch.domain.job.parameters import BatchJobParameters
    from dart_batch.domain.job.plan import Plan
    from dart_batch.domain.job.reporting import Reporting

SKIPS_SHOWN = 8


def show_plan(console: "Console", plan: "Plan", parameters: "BatchJobParameters") -> None:
    """Markets with what to add, change and skip, then the reasons for skipping."""
    from rich.table import Table

    if parameters.reporting:
        _show_reports(console, plan, parameters.reporting)
        return
    table = Table(title=f"Plan: {_title(plan, parameters)}", title_justify="left")
    for heading in ("market", "from", "to"):
        table.add_column(heading)
    for heading in ("look at" if parameters.validation else "compute", "skip", "chunks", "data revision"):
        table.add_column(heading, justify="right")
    for market in parameters.target_markets:
        table.add_row(*_row(plan, market))
    console.print(table)
    console.print(_summary(plan, parameters), markup=False)
    _show_causes(console, plan)
    _show_skips(console, plan)


def _show_reports(console: "Console", plan: "Plan", wanted: "Reporting") -> None:
    formats = ", ".join(kind.value for kind in wanted.formats)
    console.print(
        f"Plan: {plan.counts['reports']:,} reports of {plan.index} as {formats} ({wanted.language.value}), "
        f"{plan.counts['files']:,} files",
        markup=False,
    )
    for market in plan.revisions:
        chunks = [chunk for chunk in plan.chunks if chunk.market == market]
        if chunks:
            days = f"{min(one.first_session for one in chunks)}..{max(one.last_session for one in chunks)}"
            console.print(f"  {market} {days}: {len(chunks):,} reports", markup=False)
    for skip in plan.skips[:SKIPS_SHOWN]:
        text = f"  skip {skip.market} {skip.first}..{skip.last}: {skip.sessions:,} reports, {skip.reason}"
        console.print(text, markup=False)


def _title(plan: "Plan", parameters: "BatchJobParameters") -> str:
    if asked := parameters.validation:
        what = {"READINGS": f"the live index {plan.index}", "GENERATION": f"what job {asked.of_job} wrote"}
        return f"validation of {what.get(asked.scope.value, 'the observations')}"
    kind = "recalculation" if parameters.recalculation else "backfill"
    return f"{kind} with {plan.definition} ({plan.definition_hash[:12]})"


def _row(plan: "Plan", market: str) -> tuple[str, ...]:
    chunks = [chunk for chunk in plan.chunks if chunk.market == market]
    runs = plan.runs.get(market) or [[str(one.first_session), str(one.last_session)] for one in chunks] or [["-", "-"]]
    skipped = sum(skip.sessions for skip in plan.skips if skip.market == market)
    items = sum(chunk.items for chunk in chunks)
    return (
        market,
        runs[0][0],
        runs[-1][1],
        f"{items:,}",
        f"{skipped:,}",
        f"{len(chunks):,}",
        str(plan.revisions[market]),
    )


def _summary(plan: "Plan", parameters: "BatchJobParameters") -> str:
    if asked := parameters.validation:
        afresh = "all readings" if asked.sample == "all" else f"a sample of {asked.sample:,} readings"
        checks = parameters.validation_level.value.lower()
        return f"{plan.items:,} sessions in {len(plan.chunks):,} chunks, {plan.skipped:,} to skip; {checks} checks" + (
            "." if asked.scope.value == "OBSERVATIONS" else f", {afresh} computed afresh."
        )
    tuned = " at first" if parameters.tuned else ""
    chosen = ", ".join(parameters.components) or "all"
    return (
        f"{plan.added:,} sessions to add, {plan.changed:,} to compute anew, {plan.skipped:,} to skip; "
        f"{len(plan.chunks):,} chunks of at most {parameters.chunk_size:,}{tuned}; components: {chosen}; "
        f"validation: {parameters.validation_level.value.lower()}.{_special(plan, parameters)}"
    )


def _special(plan: "Plan", parameters: "BatchJobParameters") -> str:
    if not parameters.recalculation:
        return ""
    way = "stored scores are put together anew" if "reused" in plan.counts else "computed from the observations"
    end = "waits for `jobs promote`" if parameters.publish.value == "MANUAL" else "is published at once"
    return f"\nIndex {plan.index}: {way}; the result {end}."


def _show_causes(console: "Console", plan: "Plan") -> None:
    found = [
        f"  compute {market} {first}..{last}: {cause}"
        for market, causes in plan.causes.items()
        for (first, last), cause in zip(plan.runs.get(market, []), causes, strict=True)
    ]
    for line in found[:SKIPS_SHOWN]:
        console.print(line, markup=False, soft_wrap=True)
    if found[SKIPS_SHOWN:]:
        console.print(f"  and {len(found) - SKIPS_SHOWN} more runs (see --dry-run --json)")


def _show_skips(console: "Console", plan: "Plan") -> None:
    for skip in plan.skips[:SKIPS_SHOWN]:
        console.print(
            f"  skip {skip.market} {skip.first}..{skip.last}: {skip.sessions:,} sessions, {skip.reason}", markup=False
        )
    rest = plan.skips[SKIPS_SHOWN:]
    if rest:
        sessions = sum(skip.sessions for skip in rest)
        console.print(f"  and {len(rest)} more stretches with {sessions:,} sessions (see --dry-run --json)")
