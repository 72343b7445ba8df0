"""Shows an index beside another one, on the terminal."""

from dataclasses import dataclass, replace

from dart_batch.application.difference_views import difference_rows, ordered
from dart_batch.application.side_comparison import beside, beside_view
from dart_batch.bootstrap import App
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.engine.comparison_summary import summarise
from dart_batch.entrypoints.cli.console import out, print_json
from dart_batch.entrypoints.cli.index_choice import Choice, at_side, choose, readings_of
from dart_batch.entrypoints.cli.job_diff import WORST_DAYS, print_comparison


@dataclass(frozen=True, slots=True)
class Other:
    """What to compare with, in the user's words."""

    definition: str | None
    as_of: str | None
    job: str | None


def compare_index(app: App, live: Choice, other: Other, *, as_json: bool) -> None:
    """Figures, flips, causes and worst days of the live index beside another one.

    Raises InvalidParameters when nothing to compare with is named, and what choosing raises.
    """
    if not (other.definition or other.as_of or other.job):
        raise InvalidParameters(
            "There is nothing to compare with.", hint="Name another index with --with, or --as-of, or --job."
        )
    named = choose(app, live.market, other.definition, None, None) if other.definition else live
    chosen = at_side(app, replace(named, first=live.first, last=live.last), other.as_of, other.job)
    found = beside(readings_of(app, live, components=True), readings_of(app, chosen, components=True))
    if as_json:
        worst = difference_rows(ordered(found.comparison, "-delta").head(WORST_DAYS))
        print_json(beside_view(live.market, (live.side, chosen.side), found) | {"worstDays": worst})
        return
    out().print(f"{live.title}, live, and {_name(chosen)}", style="bold", markup=False)
    print_comparison(found.comparison, summarise(found.comparison))
    out().print(f"Only live: {found.only_old:,} sessions; only on the other side: {found.only_new:,}.", markup=False)


def _name(chosen: Choice) -> str:
    if chosen.job_id:
        return f"what job {chosen.job_id} wrote"
    return chosen.title + (f" as of {chosen.as_of}" if chosen.as_of else "")
