"""The audit trail, for admins."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import Field

from dart_batch.adapters.persistence.audit_queries import AuditFilter
from dart_batch.application.access_views import audit_view
from dart_batch.domain.access.actor import Entry
from dart_batch.entrypoints.api.access import Admin
from dart_batch.entrypoints.api.auth_wire import AuditCheck, AuditPage
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.wire import Wire

router = APIRouter(prefix="/api/audit", tags=["audit"], responses=documented(401, 403, 422, 429, 503))


class AuditQuery(Wire):
    """Which entries a page shows."""

    actor: str | None = Field(None, max_length=120)
    act: str | None = Field(None, max_length=40, description="a name, or the beginning of one: job.cancel, job., login")
    subject: str | None = Field(None, max_length=120, description="id of a job, publication or key; name of a user")
    entry: Entry | None = None
    limit: int = Field(50, ge=1, le=500)
    before: int | None = Field(None, ge=1, le=2_147_483_647, description="nextBefore of the page before")


@router.get("", response_model=AuditPage, operation_id="listAudit")
def list_audit(core: Core, _caller: Admin, query: Annotated[AuditQuery, Query()]) -> JSONResponse:
    """Who did what, the newest first."""
    found = core.audit.entries(AuditFilter(**query.model_dump()))
    following = found[-1].number if len(found) == query.limit else None
    return JSONResponse({"items": [audit_view(entry) for entry in found], "nextBefore": following})


@router.get("/check", response_model=AuditCheck, operation_id="checkAudit")
def check_audit(core: Core, _caller: Admin) -> JSONResponse:
    """Check every link of the chain: entries that were changed, are missing, or are out of order."""
    head, faults = core.audit.verify()
    found = [asdict(fault) for fault in faults]
    return JSONResponse({"entries": head.number, "end": f"{head.number}:{head.hash}", "faults": found})
