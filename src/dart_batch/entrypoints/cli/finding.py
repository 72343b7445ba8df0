"""Finds the jobs a user means."""

from datetime import UTC, datetime
from typing import Any

from dart_batch.adapters.persistence.job_list import JobFilter
from dart_batch.bootstrap import App
from dart_batch.domain.index.errors import PublicationNotFound
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.errors import InvalidParameters, JobNotFound
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import JobStatus


class AmbiguousJob(JobNotFound):
    """More than one job's id begins like that."""

    code = "ambiguous-job"


class AmbiguousPublication(PublicationNotFound):
    """More than one publication's id begins like that."""

    code = "ambiguous-publication"


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


def find_publication(app: App, text: str) -> str:
    """Id of the publication with this beginning of an id. Raises PublicationNotFound or AmbiguousPublication."""
    wanted = text.strip().lower()
    ids = app.publications.ids(wanted) if wanted else []
    if not ids:
        raise PublicationNotFound(f"There is no publication whose id begins with '{text}'.", publication_id=text)
    if len(ids) > 1 and wanted not in ids:
        raise AmbiguousPublication(
            f"More than one publication's id begins with '{text}'.", hint=f"For example: {', '.join(ids)}."
        )
    return ids[0]


def job_filter(
    *,
    status: list[str],
    priority: list[str],
    kind: str | None,
    market: str | None,
    created_from: str | None,
    created_before: str | None,
    **given: Any,
) -> JobFilter:
    """Raises InvalidParameters for a status, priority, type or moment that does not exist."""
    statuses = _names(status, [item.value for item in JobStatus], "status")
    _names([kind] if kind else [], [item.value for item in JobType], "type")
    urgencies = _names(priority, [item.name for item in Priority], "priority")
    return JobFilter(
        status=statuses,
        priority=[int(Priority[name]) for name in urgencies],
        type=kind and kind.upper(),
        market=market and market.upper(),
        created_from=moment(created_from, "--created-from"),
        created_before=moment(created_before, "--created-before"),
        **given,
    )


def _names(given: list[str], known: list[str], field: str) -> list[str]:
    names = [name.strip().upper() for item in given for name in item.split(",") if name.strip()]
    check_known(names, known, field)
    return names


def moment(text: str | None, field: str) -> datetime | None:
    """A day (its midnight) or a moment in ISO form, UTC unless it says otherwise. Raises InvalidParameters."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidParameters(
            f"{field} is YYYY-MM-DD or a moment like 2026-01-31T18:00+09:00.", field=field
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def check_known(names: list[str], known: list[str], field: str) -> None:
    """Raises InvalidParameters for the first name that is not known."""
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidParameters(
            f"There is no {field} '{unknown[0]}'.", hint=f"Choose from: {', '.join(known)}.", field=field
        )
