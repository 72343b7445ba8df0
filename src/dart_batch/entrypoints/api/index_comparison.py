"""Sides of an index beside each other, and the generations there are to choose from."""

from typing import Annotated, Literal

import polars as pl
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, Field

from dart_batch.adapters.persistence.index_queries import ReadingNotFound
from dart_batch.application.difference_views import difference_rows, generation_view, ordered
from dart_batch.application.side_comparison import beside, beside_view
from dart_batch.bootstrap import App
from dart_batch.domain.index.side import Side
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.entrypoints.api.access import Viewer
from dart_batch.entrypoints.api.bounds import LevelBounds
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.index import DefinitionQuery, HistoryQuery, MarketPath, index_of
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.recalculation_wire import Comparison, GenerationList

router = APIRouter(prefix="/api/index/{market}", tags=["index"], responses=documented(401, 403, 404, 422, 503))


class GenerationsQuery(DefinitionQuery):
    """How many of which index."""

    limit: int = Field(100, ge=1, le=1000)


class ComparisonQuery(HistoryQuery):
    """What to compare (the old side: definition, asOf, generation) with what (the new side)."""

    with_definition: str | None = Field(None, max_length=255, description="another index of the market")
    with_as_of: AwareDatetime | None = Field(None, description="the index as it was published at this moment")
    with_generation: str | None = Field(None, max_length=32, description="what this job wrote")
    components: bool = Field(False, description="with what each component contributes")
    order: Literal["session", "-delta"] = Field("session", description="-delta: the largest differences first")
    limit: int = Field(500, ge=0, le=20_000)
    offset: int = Field(0, ge=0, le=1_000_000)

    def sides(self, definition: str) -> tuple[Side, Side]:
        """Raises InvalidParameters when the new side is not named, AmbiguousSide for a moment of a generation."""
        if not (self.with_definition or self.with_as_of or self.with_generation):
            raise InvalidParameters(
                "There is nothing to compare with.",
                hint="Name withDefinition, withAsOf or withGeneration.",
                field="withDefinition",
            )
        other = Side(self.with_definition or definition, self.with_as_of, self.with_generation)
        return self.side(definition), other


@router.get("/generations", response_model=GenerationList, operation_id="listGenerations")
def list_generations(
    market: MarketPath, core: Core, _caller: Viewer, query: Annotated[GenerationsQuery, Query()]
) -> JSONResponse:
    """What jobs staged or published of an index, the one that was finished last first."""
    rows = core.sides.generations.of_index(*index_of(core, market, query.definition), query.limit)
    return JSONResponse({"items": [generation_view(row) for row in rows]})


@router.get("/comparison", response_model=Comparison, operation_id="compareIndex")
def compare_index(
    request: Request, market: MarketPath, core: Core, _caller: Viewer, query: Annotated[ComparisonQuery, Query()]
) -> JSONResponse:
    """Another definition, moment or generation beside an index, for the sessions that both have."""
    name, definition = index_of(core, market, query.definition)
    sides = query.sides(definition)
    old, new = (_readings(core, name, side, query) for side in sides)
    found = beside(old, new)
    table = ordered(found.comparison, query.order)
    bounds: LevelBounds = request.app.state.bounds
    page = difference_rows(table.slice(query.offset, query.limit))
    head = beside_view(name, sides, found) | {"bounds": bounds.of(old["definition"][-1])}
    return JSONResponse(head | {"items": page, "total": table.height})


def _readings(core: App, market: str, side: Side, query: ComparisonQuery) -> pl.DataFrame:
    found = core.sides.readings(market, side, query.span(), components=query.components)
    if found.is_empty():
        raise ReadingNotFound(f"There is no reading of {market} / {side.definition} to compare.")
    return found
