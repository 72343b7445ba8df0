"""Submitting migrations, and taking them back."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import Field, StrictInt

from dart_batch.application.job_types.data_migration import EVERYWHERE, order
from dart_batch.application.ports.calendar import UnknownMarket
from dart_batch.bootstrap import App
from dart_batch.domain.job.details import MigrationDetails
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.migration import DefinitionRename, LegacyImport, StoreMove
from dart_batch.domain.job.parameters import MAX_CHUNK_SIZE, BatchJobParameters, JobType
from dart_batch.domain.job.recalculation import Publish
from dart_batch.entrypoints.api.access import Admin
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.job_wire import Job, Plan
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.submits import Market, Name, Once, SubmitOptions, SubmitQuery, submission, submitted
from dart_batch.entrypoints.api.wire import JobId, Wire

router = APIRouter(prefix="/api/batch", tags=["migration"], responses=documented(401, 403, 422, 503))
Address = Annotated[str, Field(min_length=1, max_length=1000)]


class WantedMigration(Wire):
    """Which migration, and what it needs: store moveTo; legacy legacySource; rename-definition renameFrom and renameTo.

    An address never carries a password: DART_MIGRATION_PASSWORD has it where the job runs.
    """

    migration: Literal["store", "legacy", "rename-definition"]
    move_to: Address | None = Field(None, description="URL of an empty database")
    legacy_source: Address | None = Field(None, description="URL, or a .csv or .parquet file where the job runs")
    legacy_table: Literal["fear_greed_index", "fear_greed_batch_history"] = "fear_greed_index"
    legacy_job: str = Field("", max_length=120, description="job_id in the batch history; default: the only one")
    legacy_index: Name = "legacy"
    market: Market | None = Field(None, description="of a legacy import; default: KOSPI")
    rename_from: Name | None = None
    rename_to: Name | None = None
    publish: Publish = Field(Publish.AUTO, description="of a legacy import; MANUAL: wait for a decision")
    chunk_size: StrictInt | None = Field(
        None, ge=1, le=MAX_CHUNK_SIZE, description="rows per commit; default 5000, of a move 20000"
    )


class MigrationRequest(WantedMigration, SubmitOptions):
    """A migration, and how it is submitted."""


class Reversed(Wire):
    """What taking the migration back did."""

    job_id: str
    message: str


@router.post(
    "/data-migration",
    status_code=201,
    response_model=Job,
    operation_id="submitDataMigration",
    responses=documented(404, 409, 429) | {200: {"model": Plan, "description": "The plan, for a dry run"}},
)
def submit_migration(
    body: MigrationRequest, core: Core, caller: Admin, query: Annotated[SubmitQuery, Query()], once: Once = None
) -> JSONResponse:
    """Move the installation, import the legacy index, or key an index by a new name."""
    wanted = submission(JobType.DATA_MIGRATION, migration_parameters(core, body), body, caller.name, once)
    return submitted(core, wanted, caller, dry_run=query.dry_run)


@router.post(
    "/jobs/{jobId}/reverse", response_model=Reversed, operation_id="reverseMigration", responses=documented(404, 409)
)
def reverse_migration(job_id: JobId, core: Core, caller: Admin) -> JSONResponse:
    """Take a migration back, as far as it has a way back."""
    return JSONResponse({"jobId": job_id, "message": core.reverse(job_id, caller.actor)})


def migration_parameters(core: App, body: WantedMigration) -> BatchJobParameters:
    """What the job is to do. Raises InvalidParameters naming the field."""
    details, legacy = _details(body), body.migration == "legacy"
    return order(
        details,
        core.retry,
        day=core.clock.now().date(),
        market=_market(core, body.market or "KOSPI") if legacy else EVERYWHERE,
        chunk_size=body.chunk_size,
        publish=body.publish if legacy else Publish.AUTO,
    )


def _details(body: WantedMigration) -> MigrationDetails:
    if body.migration == "store":
        return StoreMove(_given(body.move_to, "moveTo"))
    if body.migration == "rename-definition":
        return DefinitionRename(_given(body.rename_from, "renameFrom"), _given(body.rename_to, "renameTo"))
    source = _given(body.legacy_source, "legacySource")
    return LegacyImport(source, body.legacy_table, body.legacy_job, body.legacy_index)


def _given(text: str | None, field: str) -> str:
    if text is None:
        raise InvalidParameters(f"{field} must be given for this migration.", field=field)
    return text


def _market(core: App, name: str) -> str:
    try:
        return core.calendars.of(name).market
    except UnknownMarket as unknown:
        raise InvalidParameters(unknown.message, hint=unknown.hint, field="market") from unknown
