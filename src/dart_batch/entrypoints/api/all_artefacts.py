"""The files of all jobs in one list."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BeforeValidator, Field

from dart_batch.adapters.persistence.artefact_list import SORT_VALUES, SORTS, ArtefactFilter, Place
from dart_batch.domain.job.artefact import Artefact
from dart_batch.domain.job.reporting import Language, ReportFormat
from dart_batch.entrypoints.api.access import Viewer
from dart_batch.entrypoints.api.artefacts import File, file_view
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.list_cursor import ListCursor
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.wire import Moment, Wire, split_words

router = APIRouter(prefix="/api/batch/artefacts", tags=["reports"], responses=documented(401, 403, 422, 503))


class ArtefactsQuery(Wire):
    """Which files a list shows, and how. `q` is searched in their names."""

    market: str | None = Field(None, max_length=20)
    definition: str | None = Field(None, max_length=255, description="name under which the index is published")
    format: Annotated[list[ReportFormat], BeforeValidator(split_words)] = Field(
        default_factory=list, description="repeat it, or separate by commas"
    )
    language: Language | None = None
    job_id: str | None = Field(None, max_length=32, description="files of this job")
    created_from: Moment | None = Field(None, description="a day (from its midnight, UTC) or a moment with its zone")
    created_before: Moment | None = None
    q: str | None = Field(None, max_length=200)
    sort: str = Field("-createdAt", description=f"one of {', '.join(SORTS)}; with - for descending")
    limit: int = Field(50, ge=1, le=500)
    cursor: str | None = Field(None, max_length=800, description="nextCursor of the page before, in the same order")

    def filter(self, after: Place | None) -> ArtefactFilter:
        """The same for the database."""
        given = self.model_dump(exclude={"q", "cursor", "format", "market"})
        market = self.market.upper() if self.market else None
        return ArtefactFilter(**given, market=market, format=list(self.format), text=self.q, after=after)


class JobFile(File):
    """A file, and the job that wrote it."""

    job_id: str


class JobFilePage(Wire):
    """A page of files; `total` and `size` (bytes) are those of all that match on the
    first page; behind it `total` is that of the first, and `size` null.
    """

    items: list[JobFile]
    next_cursor: str | None
    total: int
    size: int | None


@router.get("", response_model=JobFilePage, operation_id="listAllArtefacts")
def list_all_artefacts(core: Core, _caller: Viewer, query: Annotated[ArtefactsQuery, Query()]) -> JSONResponse:
    """Files of all jobs that match all filters, the newest first unless `sort` says otherwise."""
    start = ListCursor.parse(query.cursor, query.sort, SORT_VALUES) if query.cursor else None
    wanted = query.filter(_place(start) if start else None)
    found = core.files.page(wanted)
    total, size = (start.total, None) if start else core.files.sum(wanted)
    more = _cursor(wanted, found[-1], total) if len(found) == query.limit else None
    items = [file_view(one) | {"jobId": one.job_id} for one in found]
    return JSONResponse({"items": items, "nextCursor": more, "total": total, "size": size})


def _cursor(wanted: ArtefactFilter, last: Artefact, total: int) -> str:
    value, job_id, name = wanted.place(last)
    return ListCursor(wanted.sort, "", total, (value, f"{job_id}/{name}")).text()


def _place(cursor: ListCursor) -> Any:
    value, both = cursor.place
    job_id, _, name = both.partition("/")
    return value, job_id, name
