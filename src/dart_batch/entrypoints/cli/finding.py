"""Finds the jobs a user means."""

from dart_batch.adapters.persistence.queries import JobFilter
from dart_batch.bootstrap import App
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import InvalidParameters, JobNotFound
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.status import JobStatus


class AmbiguousJob(JobNotFound):
    """More than one job's id begins like that."""

    code = "ambiguous-job"


def find_job(app: App, text: str) -> BatchJob:
    """The job with this id or beginning of an id; case does not matter. Raises JobNotFound or AmbiguousJob."""
    wanted = text.strip().lower()
    ids = app.queries.job_ids(wanted) if wanted else []
    if wanted in ids:
        return app.queries.job(wanted)
    if not ids:
        raise JobNotFound(f"There is no job whose id begins with '{text}'.", job_id=text)
    if len(ids) > 1:
        raise AmbiguousJob(f"More than one job's id begins with '{text}'.", hint=f"For example: {', '.join(ids)}.")
    return app.queries.job(ids[0])


def job_filter(
    *, status: list[str], kind: str | None, market: str | None, text: str | None, sort: str, limit: int
) -> JobFilter:
    """Raises InvalidParameters for a status or type that does not exist."""
    names = [name.strip().upper() for item in status for name in item.split(",") if name.strip()]
    check_known(names, [item.value for item in JobStatus], "status")
    check_known([kind.upper()] if kind else [], [item.value for item in JobType], "type")
    return JobFilter(
        status=names,
        type=kind and kind.upper(),
        market=market and market.upper(),
        text=text,
        sort=sort,
        limit=limit,
    )


def check_known(names: list[str], known: list[str], field: str) -> None:
    """Raises InvalidParameters for the first name that is not known."""
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidParameters(
            f"There is no {field} '{unknown[0]}'.", hint=f"Choose from: {', '.join(known)}.", field=field
        )
