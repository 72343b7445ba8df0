"""The published index: readings, definitions and where a reading came from."""

from datetime import date
from typing import Annotated

import polars as pl
from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AwareDatetime, Field

from dart_batch.adapters.persistence.index_queries import ReadingNotFound
from dart_batch.application.definitions import all_definitions, default_definition
from dart_batch.application.use_cases.explain_reading import ExplainReading
from dart_batch.bootstrap import App
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.entrypoints.api.access import Viewer
from dart_batch.entrypoints.api.bounds import LevelBounds
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.index_json import history_json
from dart_batch.entrypoints.api.index_views import (
    definition_view,
    lineage_view,
    reading_view,
    summary_view,
    used_definitions,
)
from dart_batch.entrypoints.api.index_wire import DefinitionList, IndexHistory, IndexList, ReadingDetail
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.wire import Day, Wire

router = APIRouter(prefix="/api/index", tags=["index"], responses=documented(401, 403, 422, 503))
MarketPath = Annotated[str, Path(max_length=20, description="a market; case does not matter")]


class DefinitionQuery(Wire):
    """Which index of the market."""

    definition: str | None = Field(None, max_length=255, description="name of a definition; default: the market's own")


class HistoryQuery(DefinitionQuery):
    """Which readings; both ends are included."""

    start: Day | None = Field(None, alias="from")
    end: Day | None = Field(None, alias="to")
    components: bool = Field(False, description="with the components of every reading")
    as_of: AwareDatetime | None = Field(None, description="readings as they were published at this moment")


@router.get("", response_model=IndexList, operation_id="listIndexes")
def list_indexes(core: Core, _caller: Viewer) -> JSONResponse:
    """Every published index with its newest value."""
    rows = core.index.published()
    return JSONResponse(
        {"items": [summary_view(row, core.index.latest(row["market"], row["definition"])) for row in rows]}
    )


@router.get("/definitions", response_model=DefinitionList, operation_id="listDefinitions")
def list_definitions(core: Core, _caller: Viewer) -> JSONResponse:
    """Shipped and stored index definitions."""
    with core.uow() as uow:
        found = all_definitions(uow)
    return JSONResponse({"items": [definition_view(item) for item in found]})


@router.get("/{market}", response_model=IndexHistory, operation_id="getIndex", responses=documented(404))
def get_index(
    request: Request, market: MarketPath, core: Core, _caller: Viewer, query: Annotated[HistoryQuery, Query()]
) -> Response:
    """Live readings of a market by date, or with asOf those that were live at that moment.

    A withheld reading has a null value and says why.
    """
    if query.start and query.end and query.end < query.start:
        raise InvalidParameters(f"to ({query.end}) lies before from ({query.start}).", field="to")
    name, definition = index_of(core, market, query.definition)
    readings = _readings(core, name, definition, query)
    shown = used_definitions(readings)
    newest = (shown or used_definitions(_newest(core, name, definition)))[-1]
    bounds: LevelBounds = request.app.state.bounds
    head = {
        "market": name,
        "definition": newest["definition"],
        "definitionHash": newest["definitionHash"],
        "bounds": bounds.of(newest["definition"]),
        "definitions": shown,
    }
    return Response(history_json(head, readings), media_type="application/json")


@router.get("/{market}/{date}", response_model=ReadingDetail, operation_id="getReading", responses=documented(404))
def get_reading(
    request: Request,
    market: MarketPath,
    day: Annotated[Day, Path(alias="date")],
    core: Core,
    _caller: Viewer,
    query: Annotated[DefinitionQuery, Query()],
) -> JSONResponse:
    """One live reading with its components, the job that wrote it and the observations it came from."""
    name, definition = index_of(core, market, query.definition)
    row = core.index.reading(name, definition, day)
    job, lineage = ExplainReading(core.uow, core.job_types)(row["job_id"], name, day)
    bounds: LevelBounds = request.app.state.bounds
    found = reading_view(row, name, bounds.of(row["definition"]))
    return JSONResponse(found | {"lineage": lineage_view(row, name, job, lineage)})


def index_of(core: App, market: str, definition: str | None) -> tuple[str, str]:
    """Market and name of the index that is meant; without a name the market's own. Raises UnknownMarket."""
    name = core.calendars.of(market).market
    return name, definition or default_definition(name)


def _readings(core: App, market: str, definition: str, query: HistoryQuery) -> pl.DataFrame:
    span = (query.start, query.end)
    if query.as_of is None:
        return core.index.readings(market, definition, *span, components=query.components)
    return core.publications.readings(market, definition, query.as_of, span, components=query.components)


def _newest(core: App, market: str, definition: str) -> pl.DataFrame:
    for row in core.index.published():
        if (row["market"], row["definition"]) == (market, definition):
            last: date = row["last"]
            return core.index.readings(market, definition, last, last, components=False)
    raise ReadingNotFound(f"Nothing is published for {market} / {definition}.")
