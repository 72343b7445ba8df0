"""Shows what is the matter with the days of an index."""

from typing import Any

from dart_batch.application.day_views import survey_view
from dart_batch.application.use_cases.survey_days import SurveyDays
from dart_batch.bootstrap import App
from dart_batch.entrypoints.cli.console import out, print_json
from dart_batch.entrypoints.cli.index_choice import Choice

TO_MEND = ("missing", "failed", "stale")


def show_calendar(app: App, chosen: Choice, *, as_json: bool) -> None:
    """How many sessions are in each state, and which ones are missing, failed or stale."""
    facts = app.sides.days.facts(chosen.market, chosen.definition.name)
    survey = SurveyDays(app.uow, app.market_data, app.calendars)(chosen.market, chosen.definition.name, facts)
    shown = survey_view(survey, facts)
    if as_json:
        print_json({"market": chosen.market, "index": chosen.definition.name} | shown)
        return
    counts = ", ".join(f"{count:,} {state}" for state, count in shown["counts"].items())
    out().print(f"{chosen.title}: {shown['sessions']:,} sessions", style="bold", markup=False)
    out().print(counts, markup=False, soft_wrap=True)
    for state in TO_MEND:
        for run in shown[state]:
            out().print(_line(state, run), markup=False, soft_wrap=True)


def _line(state: str, run: dict[str, Any]) -> str:
    why = f": {run['message']} (job {run['jobId']})" if state == "failed" else ""
    return f"  {state:8} {run['first']} to {run['last']}, {run['sessions']:,} sessions{why}"
