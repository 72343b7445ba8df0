"""Writing reports of what is published."""

from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from dart_batch.application.definitions import default_definition
from dart_batch.bootstrap import App
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.periods import Every
from dart_batch.domain.job.reporting import MOST_PERIODS, Language, ReportFormat, Reporting
from dart_batch.domain.job.strategy import Strategy
from dart_batch.entrypoints.api.access import Operator
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.job_wire import Job, Plan
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.submits import (
    Market,
    Name,
    Once,
    RequestedRange,
    SubmitOptions,
    SubmitQuery,
    known_market,
    submission,
    submitted,
)
from dart_batch.entrypoints.api.wire import Wire

router = APIRouter(prefix="/api/batch", tags=["reports"], responses=documented(401, 403, 422, 503))


class WantedReports(Wire):
    """Which reports: one per period, market and published index, in every format. Only dateRange is needed."""

    date_range: RequestedRange
    target_markets: list[Market] = Field(default_factory=lambda: ["KOSPI"], min_length=1, max_length=9)
    definitions: list[Name] = Field(
        default_factory=list, max_length=20, description="published indices by name; empty: the markets' own"
    )
    period: Every | None = Field(None, description="calendar periods of dateRange; without any of both, MONTH")
    periods: list[RequestedRange] = Field(
        default_factory=list, max_length=MOST_PERIODS, description="periods of your own, in place of `period`"
    )
    formats: list[ReportFormat] = Field(
        default_factory=lambda: [ReportFormat.PDF, ReportFormat.XLSX], min_length=1, max_length=5
    )
    language: Language = Language.KO
    strategy: Literal["CHUNKED", "PARALLEL"] = "CHUNKED"
    price_series: str = Field(
        "", max_length=120, description="series of the returns by level; empty: the closes the definition reads"
    )


class ReportRequest(WantedReports, SubmitOptions):
    """Reports, and how the job is submitted. Only dateRange is needed."""


@router.post(
    "/bulk-report",
    status_code=201,
    response_model=Job,
    operation_id="submitBulkReport",
    responses=documented(409, 413, 429) | {200: {"model": Plan, "description": "The plan, for a dry run"}},
)
def submit_reports(
    body: ReportRequest, core: Core, caller: Operator, query: Annotated[SubmitQuery, Query()], once: Once = None
) -> JSONResponse:
    """Write a report of every period of what is published. The files are the job's artefacts."""
    wanted = submission(JobType.BULK_REPORT, report_parameters(core, body), body, caller.name, once)
    return submitted(core, wanted, caller, dry_run=query.dry_run)


def report_parameters(core: App, body: WantedReports) -> BatchJobParameters:
    """What the job is to do. Raises InvalidParameters naming the field."""
    markets = tuple(known_market(core, name) for name in body.target_markets)
    indices = body.definitions or list(dict.fromkeys(default_definition(market) for market in markets))
    every = body.period or (None if body.periods else Every.MONTH)
    return BatchJobParameters(
        date_range=_range(body.date_range),
        target_markets=markets,
        definition=indices[0],
        strategy=Strategy(body.strategy),
        limits=replace(core.settings.job_limits, memory_soft_mb=0),
        retry=core.retry,
        details=Reporting(
            formats=tuple(body.formats),
            language=body.language,
            indices=tuple(indices),
            every=every,
            custom=tuple(_range(one) for one in body.periods),
            price_series=body.price_series,
        ),
    )


def _range(given: RequestedRange) -> DateRange:
    return DateRange(given.start_date, given.end_date)
