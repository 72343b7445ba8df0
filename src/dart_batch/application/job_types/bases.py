"""What a staged generation is compared with: what the live index showed when its job was planned."""

from collections.abc import Sequence
from datetime import date

from dart_batch.application.ports.unit_of_work import UnitOfWork
from dart_batch.domain.index.errors import LiveIndexMoved
from dart_batch.domain.index.publication import Run, Segment, clipped
from dart_batch.domain.job.batch_job import BatchJob


def bases(uow: UnitOfWork, market: str, index: str, spans: Sequence[Sequence[str]]) -> list[list[str]]:
    """What the index shows now inside spans (first and last session, ISO), as a plan keeps it."""
    segments = uow.publications.segments(market, index, runs_of(spans))
    return [[str(one.first), str(one.last), one.job_id, one.publication_id] for one in segments]


def base_segments(job: BatchJob, market: str) -> list[Segment]:
    """The same from the plan of a job, by first session."""
    rows = job.plan["bases"].get(market, [])
    return [Segment(date.fromisoformat(first), date.fromisoformat(last), *ids) for first, last, *ids in rows]


def moved(uow: UnitOfWork, job: BatchJob) -> bool:
    """Whether the live index no longer shows, inside the job's runs, what the job was planned against."""
    return any(
        uow.publications.segments(market, job.plan["index"], runs_of(spans)) != base_segments(job, market)
        for market, spans in job.plan["runs"].items()
    )


def refuse_moved(uow: UnitOfWork, job: BatchJob) -> None:
    """Raises LiveIndexMoved."""
    if moved(uow, job):
        raise LiveIndexMoved(
            f"The live index {job.plan['index']} moved since job {job.id} was planned against it.", job_id=job.id
        )


def runs_of(spans: Sequence[Sequence[str]]) -> list[Run]:
    """Spans of ISO dates as runs."""
    return [(date.fromisoformat(span[0]), date.fromisoformat(span[1])) for span in spans]


def observed(uow: UnitOfWork, market: str, segments: Sequence[Segment]) -> list[list[str]]:
    """First and last session, and the revision of the observations that the readings shown there came from; neighbours
    of one revision as one.
    """
    jobs = {job_id: uow.jobs.get(job_id) for job_id in {segment.job_id for segment in segments}}
    found: list[list[str]] = []
    for segment in segments:
        for first, last, revision in seen(jobs[segment.job_id], market, segment):
            if found and found[-1][2] == revision:
                found[-1][1] = last
            else:
                found.append([first, last, revision])
    return found


def seen(job: BatchJob, market: str, segment: Segment) -> list[list[str]]:
    """First and last session, and revision of the observations, of each part of a segment that the job wrote."""
    pieces = job.plan["observed"].get(market)
    if pieces is None:
        return [[str(segment.first), str(segment.last), str(job.plan["dataRevisions"][market])]]
    known = [Segment(*run, piece[2], "") for run, piece in zip(runs_of(pieces), pieces, strict=True)]
    return [[str(one.first), str(one.last), one.job_id] for one in clipped(known, [(segment.first, segment.last)])]
