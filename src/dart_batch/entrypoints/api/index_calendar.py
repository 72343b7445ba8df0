"""What is the matter with the days of an index."""

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from dart_batch.application.day_views import survey_view
from dart_batch.application.use_cases.survey_days import SurveyDays
from dart_batch.entrypoints.api.access import Viewer
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.index import DefinitionQuery, MarketPath, index_of
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.wire import Wire

router = APIRouter(prefix="/api/index/{market}", tags=["index"], responses=documented(401, 403, 404, 422, 503))


class DayRun(Wire):
    """Sessions without another one between them."""

    first: date
    last: date
    sessions: int


class FailedRun(DayRun):
    """Sessions that a job was to compute when it failed, or that it left out, and why."""

    job_id: str
    code: str
    message: str
    at: datetime


class DayCounts(Wire):
    """How many sessions are in each state; a session may be in several."""

    published: int = 0
    withheld: int = 0
    missing: int = 0
    failed: int = 0
    stale: int = 0
    revised: int = 0
    verified: int = 0


class YearCounts(DayCounts):
    """The same for a year."""

    year: int


class IndexCalendar(Wire):
    """States of the sessions from the first to the last that is published or can be computed: withheld ones show no
    value; missing ones are not published though there are observations; for failed ones the last job failed or left
    them out; the inputs of stale ones were corrected since; revised ones have shown another value; a passed validation
    computed verified ones afresh. Sessions that are in none of these are published.
    """

    market: str
    index: str
    first: date | None
    last: date | None
    sessions: int
    counts: DayCounts
    years: list[YearCounts]
    withheld: list[DayRun]
    missing: list[DayRun]
    failed: list[FailedRun]
    stale: list[DayRun]
    revised: list[DayRun]
    verified: list[DayRun]


@router.get("/calendar", response_model=IndexCalendar, operation_id="getIndexCalendar")
def get_index_calendar(
    request: Request, market: MarketPath, core: Core, _caller: Viewer, query: Annotated[DefinitionQuery, Query()]
) -> JSONResponse:
    """What is the matter with each day of an index, from the first to the last that there can be."""
    name, index = index_of(core, market, query.definition)
    facts = core.sides.days.facts(name, index)
    survey_days: SurveyDays = request.app.state.survey
    survey = survey_days(name, index, facts)
    shown = survey_view(survey, facts)
    return JSONResponse({"market": name, "index": index} | shown)
