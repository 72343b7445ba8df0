"""The files that jobs leave behind."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path
from fastapi.responses import JSONResponse, Response, StreamingResponse

from dart_batch.application.views import moment
from dart_batch.domain.job.artefact import Artefact
from dart_batch.entrypoints.api.access import Viewer
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.wire import JobId, Wire

router = APIRouter(prefix="/api/batch/jobs", tags=["reports"], responses=documented(401, 403, 404, 422, 503))
MEDIA_TYPES = {
    "HTML": "text/html; charset=utf-8",
    "PDF": "application/pdf",
    "XLSX": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "CSV": "text/csv; charset=utf-8",
    "PARQUET": "application/vnd.apache.parquet",
}
ZIP = "application/zip"
_FILES = {kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()}
Name = Annotated[str, Path(max_length=200, description="Name of a file, as listed")]


class File(Wire):
    """A file of a job: the chunk that wrote it, its size in bytes and the SHA-256 of its content. A market, definition,
    period or language that was not recorded is null.
    """

    name: str
    format: str
    size: int
    sha256: str
    chunk: int
    created_at: datetime
    market: str | None
    definition: str | None
    period: str | None
    language: str | None


class FileList(Wire):
    """Files of a job by name; `size` is that of all in bytes."""

    items: list[File]
    total: int
    size: int


@router.get("/{jobId}/artefacts", response_model=FileList, operation_id="listArtefacts")
def list_artefacts(job_id: JobId, core: Core, _caller: Viewer) -> JSONResponse:
    """The files that the job has written so far."""
    core.queries.job(job_id)
    found = core.artefacts.of(job_id)
    items = [file_view(one) for one in found]
    return JSONResponse({"items": items, "total": len(items), "size": sum(one.size for one in found)})


@router.get(
    "/{jobId}/artefacts.zip",
    operation_id="downloadArtefacts",
    response_class=Response,
    responses={200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}}},
)
def download_artefacts(job_id: JobId, core: Core, _caller: Viewer) -> Response:
    """All files of the job as one zip, written while it is sent."""
    core.queries.job(job_id)
    found = core.artefacts.of(job_id)
    return StreamingResponse(core.artefacts.zipped(found), media_type=ZIP, headers=_attached(f"reports-{job_id}.zip"))


@router.get(
    "/{jobId}/artefacts/{name}",
    operation_id="downloadArtefact",
    response_class=Response,
    responses={200: {"content": _FILES}, 304: {"description": "The file is the one that is known already"}},
)
def download_artefact(
    job_id: JobId, name: Name, core: Core, _caller: Viewer, if_none_match: Annotated[str | None, Header()] = None
) -> Response:
    """One file, whole and as the job wrote it. The ETag is the SHA-256 of its content."""
    found = core.artefacts.named(job_id, name)
    headers = _attached(found.name) | {"ETag": f'"{found.sha256}"', "Cache-Control": "private, no-cache"}
    if found.sha256 in (if_none_match or ""):
        return Response(status_code=304, headers=headers)
    return Response(core.artefacts.content(found), media_type=_media_type(found), headers=headers)


def file_view(artefact: Artefact) -> dict[str, Any]:
    """What File tells."""
    return artefact.to_dict() | {"createdAt": moment(artefact.created_at)}


def _media_type(artefact: Artefact) -> str:
    return MEDIA_TYPES[artefact.format]


def _attached(name: str) -> dict[str, str]:
    """A name in a header is plain: safe_name made it."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
