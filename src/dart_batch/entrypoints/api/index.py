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
from dart_batch.domain.index.side import Side
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


class SideQuery(DefinitionQuery):
    """Which readings of it: the live ones, unless a moment or a generation is named."""

    as_of: AwareDatetime | None = Field(None, description="readings as they were published at this moment")
    generation: str | None = Field(
        None, max_length=32, description="readings as this job wrote them, published or not; not with asOf"
    )

    def side(self, definition: str) -> Side:
        """Raises AmbiguousSide."""
        return Side(definition, self.as_of, self.generation)


class HistoryQuery(SideQuery):
    """Which sessions; both ends are included."""

    start: Day | None = Field(None, alias="from")
    end: Day | None = Field(None, alias="to")
    components: bool = Field(False, description="with the components of every reading")

    def span(self) -> tuple[date | None, date | None]:
        """Raises InvalidParameters for an end before the start."""
        if self.start and self.end and self.end < self.start:
            raise InvalidParameters(f"to ({self.end}) lies before from ({self.start}).", field="to")
        return self.start, self.end


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
    """Live readings of a market by date, with asOf those that were live at that moment, with generation those of a job.

    A withheld reading has a null value and says why.
    """
    span = query.span()
    name, definition = index_of(core, market, query.definition)
    readings = core.sides.readings(name, query.side(definition), span, components=query.components)
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
    query: Annotated[SideQuery, Query()],
) -> JSONResponse:
    """One reading, live unless asOf or generation says otherwise, with its components, the job that wrote it and the
    observations it came from.
    """
    name, definition = index_of(core, market, query.definition)
    row = core.sides.reading(name, query.side(definition), day)
    job, lineage = ExplainReading(core.uow, core.job_types)(row["job_id"], name, day)
    bounds: LevelBounds = request.app.state.bounds
    found = reading_view(row, name, bounds.of(row["definition"]))
    return JSONResponse(found | {"lineage": lineage_view(row, name, job, lineage)})


def index_of(core: App, market: str, definition: str | None) -> tuple[str, str]:
    """Market and name of the index that is meant; without a name the market's own. Raises UnknownMarket."""
    name = core.calendars.of(market).market
    return name, definition or default_definition(name)


def _newest(core: App, market: str, definition: str) -> pl.DataFrame:
    for row in core.index.published():
        if (row["market"], row["definition"]) == (market, definition):
            last: date = row["last"]
            return core.index.readings(market, definition, last, last, components=False)
    raise ReadingNotFound(f"Nothing is published for {market} / {definition}.")
