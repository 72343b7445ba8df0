"""Which jobs a list shows, in which order, page by page."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from builders import NOW, job, plan
from dart_batch.adapters.persistence.job_list import JobFilter, page_of
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.domain.job.parameters import JobMetadata
from dart_batch.domain.job.priority import Priority
from dart_batch.domain.job.status import JobStatus

NO_RUNS = plan(runs={})
TAGS = [("a", "b"), ("b",), ("a,b",), ('say "a"',), ("100%", "x_y"), ()]


@pytest.fixture
def queries(engine: sa.Engine) -> SqlQueries:
    return SqlQueries(engine)


def stored(uow: Callable[[], SqlUnitOfWork], count: int, change: Callable[[int, Any], None]) -> None:
    with uow() as work:
        for number in range(count):
            status = JobStatus.CANCELLED if number % 3 == 0 else JobStatus.PENDING
            one = job(status, f"job-{number:02}", plan=NO_RUNS)
            one.created_at = NOW + timedelta(minutes=number // 2)
            change(number, one)
            work.jobs.add(one)
        work.commit("test")


def nothing(_number: int, _one: Any) -> None:
    """Leaves the job as it is."""


def ids(jobs: Sequence[Any]) -> list[str]:
    return [one.id for one in jobs]


@pytest.mark.parametrize("sort", ["createdAt", "-createdAt", "finishedAt", "-finishedAt", "priority", "-priority"])
@pytest.mark.parametrize("size", [1, 4, 20])
def test_pages_put_together_are_the_whole_list_whatever_it_is_sorted_by(
    uow: Callable[[], SqlUnitOfWork], queries: SqlQueries, sort: str, size: int
) -> None:
    def vary(number: int, one: Any) -> None:
        one.priority = list(Priority)[number * 7 % 3]
        one.finished_at = None if one.finished_at is None else NOW + timedelta(minutes=number % 6)

    stored(uow, 20, vary)
    whole, total = queries.jobs(JobFilter(sort=sort))

    paged: list[Any] = []
    while len(page := queries.jobs_behind(_next(paged, sort, size))) > 0:
        paged += page

    assert ids(paged) == ids(whole)
    assert (total, len(set(ids(paged)))) == (20, 20)


def _next(paged: list[Any], sort: str, size: int) -> JobFilter:
    wanted = JobFilter(sort=sort, limit=size)
    return JobFilter(sort=sort, limit=size, after=wanted.place(paged[-1])) if paged else wanted


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (["a"], [0]),
        (["b"], [1, 0]),
        (["a", "b"], [0]),
        (["a,b"], [2]),
        (['say "a"'], [3]),
        (["100%"], [4]),
        (["100x"], []),
        (["x_y"], [4]),
        (["xzy"], []),
        ([", "], []),
    ],
)
def test_a_tag_is_matched_as_a_whole(
    uow: Callable[[], SqlUnitOfWork], queries: SqlQueries, tags: list[str], found: list[int]
) -> None:
    def tag(number: int, one: Any) -> None:
        one.metadata = JobMetadata('"tags": ["a", "b", "b"]', TAGS[number])

    stored(uow, len(TAGS), tag)

    assert ids(queries.jobs(JobFilter(tags=tags))[0]) == [f"job-{number:02}" for number in found]


def test_a_range_of_creation_holds_its_beginning_and_not_its_end(
    uow: Callable[[], SqlUnitOfWork], queries: SqlQueries
) -> None:
    stored(uow, 8, nothing)
    span = {"created_from": NOW + timedelta(minutes=1), "created_before": NOW + timedelta(minutes=2)}

    assert ids(queries.jobs(JobFilter(sort="createdAt", **span))[0]) == ["job-02", "job-03"]


def test_priority_and_ids_narrow_the_list(uow: Callable[[], SqlUnitOfWork], queries: SqlQueries) -> None:
    def vary(number: int, one: Any) -> None:
        one.priority = Priority.HIGH if number == 3 else Priority.LOW

    stored(uow, 5, vary)

    assert ids(queries.jobs(JobFilter(priority=[int(Priority.HIGH)]))[0]) == ["job-03"]
    assert ids(queries.jobs(JobFilter(ids=["job-01", "job-04", "none"]))[0]) == ["job-04", "job-01"]


@pytest.mark.sqlite_only
@pytest.mark.parametrize("sort", ["createdAt", "-createdAt"])
def test_a_far_page_is_found_in_the_index_and_not_by_passing_over_what_lies_before(
    engine: sa.Engine, sort: str
) -> None:
    query = page_of(JobFilter(sort=sort, after=(NOW, "job-1"), newest="job-9"))
    text = str(query.compile(engine, compile_kwargs={"literal_binds": True}))

    with engine.connect() as connection:
        steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}")]

    assert len(steps) == 1
    assert steps[0].startswith("SEARCH batch_jobs USING INDEX ix_batch_jobs_created (created_at")
