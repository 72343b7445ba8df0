"""Whether the process lives, and whether it can serve. Open to all: probes carry no key."""

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from dart_batch.adapters.persistence import schema
from dart_batch.entrypoints.api.access import OpenToAll
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.problems import documented, problem
from dart_batch.entrypoints.api.wire import Wire

router = APIRouter(prefix="/health", tags=["health"])


class Alive(Wire):
    """The process answers."""

    status: Literal["UP"]


class Ready(Wire):
    """The database answers with the schema this version needs."""

    status: Literal["READY"]
    database: str
    schema_revision: str


@router.get("/live", response_model=Alive, operation_id="getLiveness")
def live(_open: OpenToAll) -> JSONResponse:
    """The process answers; touches nothing else."""
    return JSONResponse({"status": "UP"})


@router.get("/ready", response_model=Ready, operation_id="getReadiness", responses=documented(500, 503))
def ready(request: Request, core: Core, _open: OpenToAll) -> JSONResponse:
    """Asks the database for its schema; 503 when it is not the one this version needs, or nobody answers."""
    found = schema.current_revision(core.engine)
    if found != schema.HEAD:
        said = f"The database schema is at {found or 'nothing'}, this version needs {schema.HEAD}."
        return problem(request, 503, schema.SchemaOutdated.code, said, schema.SchemaOutdated.hint)
    return JSONResponse({"status": "READY", "database": core.engine.dialect.name, "schemaRevision": found})
