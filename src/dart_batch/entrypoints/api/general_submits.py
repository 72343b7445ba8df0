"""One route that submits jobs of every type."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Body, Query
from fastapi.responses import JSONResponse
from pydantic import SerializeAsAny, create_model

from dart_batch.bootstrap import App
from dart_batch.domain.access.role import Role
from dart_batch.domain.errors import Refused
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.entrypoints.api.access import Operator
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.job_wire import Job, Plan
from dart_batch.entrypoints.api.migrations import WantedMigration, migration_parameters
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.recalculations import WantedRecalculation, recalculation_parameters
from dart_batch.entrypoints.api.reports import WantedReports, report_parameters
from dart_batch.entrypoints.api.submits import (
    Once,
    SubmitOptions,
    SubmitQuery,
    WantedBackfill,
    backfill_parameters,
    submission,
    submitted,
)
from dart_batch.entrypoints.api.validations import WantedValidation, asked_parameters
from dart_batch.entrypoints.api.wire import Wire

router = APIRouter(prefix="/api/batch", tags=["submit"], responses=documented(401, 403, 413, 422, 503))


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of job that may be submitted: the shape of its parameters, what makes the job's own of them, and the
    right that it needs.
    """

    job_type: JobType
    wanted: type[Wire]
    parameters: Callable[[App, Any], BatchJobParameters]
    right: Role = Role.OPERATOR

    @contextmanager
    def fields(self) -> Iterator[None]:
        """What is refused inside of the block for one of the parameters names it as it stands in this request."""
        try:
            yield
        except Refused as refused:
            field = refused.fields.get("field")
            if isinstance(field, str) and field.partition(".")[0] in self._names():
                refused.fields["field"] = f"parameters.{field}"
            raise

    def _names(self) -> set[str | None]:
        return {field.alias for field in self.wanted.model_fields.values()}


KINDS = {
    kind.job_type: kind
    for kind in (
        Kind(JobType.HISTORICAL_BACKFILL, WantedBackfill, backfill_parameters),
        Kind(JobType.INDEX_RECALCULATION, WantedRecalculation, recalculation_parameters),
        Kind(JobType.BULK_REPORT, WantedReports, report_parameters),
        Kind(JobType.DATA_VALIDATION, WantedValidation, asked_parameters),
        Kind(JobType.DATA_MIGRATION, WantedMigration, migration_parameters, Role.ADMIN),
    )
}


class JobRequest(SubmitOptions):
    """A job of any type."""

    type: JobType
    parameters: SerializeAsAny[Wire]


def _request(kind: Kind) -> type[JobRequest]:
    """The shape of a request for this type, told from the others by `type`."""
    name = "".join(word.capitalize() for word in kind.job_type.split("_"))
    known: Any = Literal[kind.job_type.value]
    return create_model(f"{name}Job", __base__=JobRequest, type=(known, ...), parameters=(kind.wanted, ...))


if TYPE_CHECKING:
    AnyRequest = JobRequest
else:
    AnyRequest = Annotated[reduce(or_, map(_request, KINDS.values())), Body(discriminator="type")]


@router.post(
    "/jobs",
    status_code=201,
    response_model=Job,
    operation_id="submitJob",
    responses=documented(409, 429) | {200: {"model": Plan, "description": "The plan, for a dry run"}},
)
def submit_job(
    body: AnyRequest, core: Core, caller: Operator, query: Annotated[SubmitQuery, Query()], once: Once = None
) -> JSONResponse:
    """Submit a job of the named type; `parameters` are those of the type's own route, and so is the right it needs."""
    kind = KINDS[JobType(body.type)]
    caller.actor.refuse_less_than(kind.right)
    with kind.fields():
        wanted = submission(kind.job_type, kind.parameters(core, body.parameters), body, caller.name, once)
        return submitted(core, wanted, caller, dry_run=query.dry_run)
