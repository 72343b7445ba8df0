"""The states of days as people and programs see them: runs of sessions (camelCase)."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np

from dart_batch.application.day_facts import DayFacts, Failure
from dart_batch.application.difference_views import exact_moment
from dart_batch.application.use_cases.survey_days import Survey
from dart_batch.engine.day_states import Bool, covered, day_numbers, run_bounds

AS_RUNS = ("withheld", "missing", "stale", "revised", "verified")


def survey_view(survey: Survey, facts: DayFacts) -> dict[str, Any]:
    """First and last session, how many are in each state (in all, and by year), the runs of each state but published,
    and for the failed ones the last failure.
    """
    ends = {"first": str(survey.sessions[0]), "last": str(survey.sessions[-1])} if survey.sessions else {}
    counts = {name: int(found.sum()) for name, found in survey.states.items()}
    runs = {name: _runs(survey, survey.states[name]) for name in AS_RUNS if name in survey.states}
    return {
        "first": None,
        "last": None,
        "sessions": len(survey.sessions),
        "counts": counts,
        "years": _years(survey),
        **{name: [] for name in AS_RUNS},
        **ends,
        **runs,
        "failed": list(_failed(survey, facts)),
    }


def _years(survey: Survey) -> list[dict[str, Any]]:
    years = np.array([day.year for day in survey.sessions], dtype=np.int64)
    return [
        {"year": int(year)} | {name: int(found[years == year].sum()) for name, found in survey.states.items()}
        for year in np.unique(years)
    ]


def _runs(survey: Survey, found: Bool) -> list[dict[str, Any]]:
    return [
        {"first": str(survey.sessions[begin]), "last": str(survey.sessions[end]), "sessions": end - begin + 1}
        for begin, end in run_bounds(found)
    ]


def _failed(survey: Survey, facts: DayFacts) -> Iterator[dict[str, Any]]:
    """Each failure, the last one first, with its sessions that no later one has taken over."""
    if not survey.sessions:
        return
    axis, open_ = day_numbers(survey.sessions), survey.states["failed"].copy()
    for _, group in groupby(sorted(facts.failures, key=_event, reverse=True), _event):
        failures = list(group)
        mine = open_ & covered(axis, [(one.first, one.last) for one in failures])
        open_ &= ~mine
        yield from (run | _cause(failures[0]) for run in _runs(survey, mine))


def _event(failure: Failure) -> tuple[datetime, str, str, str]:
    return failure.at, failure.job_id, failure.code, failure.message


def _cause(failure: Failure) -> dict[str, Any]:
    about = {"jobId": failure.job_id, "code": failure.code, "message": failure.message}
    return about | {"at": exact_moment(failure.at)}
