"""What was ever published: the acts, their rollback, and every value a session had."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from dart_batch.adapters.persistence.index_queries import ReadingNotFound
from dart_batch.application.difference_views import act_view, life_view
from dart_batch.domain.index.errors import PublicationNotFound
from dart_batch.entrypoints.api.access import PublicationOwner, Viewer
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.index import DefinitionQuery, MarketPath, index_of
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.recalculation_wire import PublicationPage, RolledBack, SessionHistory
from dart_batch.entrypoints.api.wire import Day

router = APIRouter(prefix="/api/index/{market}", tags=["publications"], responses=documented(401, 403, 404, 422, 503))


class PublicationsQuery(DefinitionQuery):
    """Which page of which index."""

    limit: int = Field(50, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=1_000_000)


@router.get("/publications", response_model=PublicationPage, operation_id="listPublications")
def list_publications(
    market: MarketPath, core: Core, _caller: Viewer, query: Annotated[PublicationsQuery, Query()]
) -> JSONResponse:
    """Publications and rollbacks of an index, the newest first."""
    rows, total = core.publications.acts(*index_of(core, market, query.definition), query.limit, query.offset)
    return JSONResponse({"items": [act_view(row) for row in rows], "total": total})


@router.post(
    "/publications/{publicationId}/rollback",
    response_model=RolledBack,
    operation_id="rollBackPublication",
    responses=documented(409),
)
def roll_back(
    market: MarketPath,
    publication_id: Annotated[str, Path(alias="publicationId", max_length=32)],
    core: Core,
    caller: PublicationOwner,
) -> JSONResponse:
    """Take a publication back: the index shows again exactly what it showed before."""
    name = core.calendars.of(market).market
    if core.publications.market_of(publication_id) != name:
        raise PublicationNotFound(f"{name} has no publication '{publication_id}'.", publication_id=publication_id)
    undone = core.roll_back(publication_id, caller.actor)
    return JSONResponse(
        {
            "publicationId": publication_id,
            "market": undone.market,
            "index": undone.definition,
            "jobId": undone.job_id,
            "sessions": undone.sessions,
        }
    )


@router.get("/{date}/history", response_model=SessionHistory, operation_id="getSessionHistory")
def get_session_history(
    market: MarketPath,
    day: Annotated[Day, Path(alias="date")],
    core: Core,
    _caller: Viewer,
    query: Annotated[DefinitionQuery, Query()],
) -> JSONResponse:
    """Every value the session ever had, with job, definition, reason, and when it was live."""
    name, definition = index_of(core, market, query.definition)
    rows = core.publications.of_session(name, definition, day)
    if not rows:
        raise ReadingNotFound(f"Nothing was ever published for {name} / {definition} on {day}.")
    lives = [life_view(row) for row in rows]
    return JSONResponse({"market": name, "index": definition, "date": str(day), "items": lives})
