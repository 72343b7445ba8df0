"""Parameters, ranges, retry policy, progress and plan of a job."""

from datetime import date, timedelta

import pytest

from builders import NOW, parameters, plan
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.parameters import BatchJobParameters, JobType, ValidationLevel
from dart_batch.domain.job.plan import Skip
from dart_batch.domain.job.progress import Progress
from dart_batch.domain.job.retry import RetryPolicy


def test_a_range_holds_both_its_ends() -> None:
    span = DateRange.parse("2020-01-01", "2020-01-31")

    assert date(2020, 1, 1) in span
    assert date(2020, 1, 31) in span
    assert date(2020, 2, 1) not in span


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("2020-02-30", "2020-03-01", "dateRange.startDate"),
        ("2020-01-01", "soon", "dateRange.endDate"),
        ("2020-01-02", "2020-01-01", "dateRange.endDate"),
        ("1979-12-31", "2020-01-01", "dateRange.startDate"),
    ],
)
def test_a_bad_range_is_refused_by_the_name_of_its_field(start: str, end: str, field: str) -> None:
    with pytest.raises(InvalidParameters) as refusal:
        DateRange.parse(start, end)

    assert refusal.value.fields["field"] == field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"target_markets": ()}, "targetMarkets"),
        ({"target_markets": ("US", "US")}, "targetMarkets"),
        ({"chunk_size": 0}, "chunkSize"),
        ({"chunk_size": 100_001}, "chunkSize"),
        ({"retry": RetryPolicy(max_retries=-1)}, "maxRetries"),
    ],
)
def test_parameters_out_of_range_are_refused_by_name(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidParameters) as refusal:
        parameters(**changes)

    assert refusal.value.fields["field"] == field


def test_parameters_survive_being_stored() -> None:
    given = parameters(components=("VOLATILITY",), validation_level=ValidationLevel.COMPREHENSIVE, chunk_size=7)

    assert BatchJobParameters.from_dict(given.to_dict()) == given


def test_two_jobs_that_would_do_the_same_have_the_same_identity() -> None:
    kind = JobType.HISTORICAL_BACKFILL

    assert parameters().identity(kind) == parameters().identity(kind)
    assert parameters().identity(kind) != parameters(chunk_size=99).identity(kind)


def test_retries_double_their_delay_and_end() -> None:
    policy = RetryPolicy(max_retries=3, initial_delay_ms=1000)

    assert [policy.delay_ms(tries) for tries in (1, 2, 3)] == [1000, 2000, 4000]
    assert [policy.allows(tries) for tries in (1, 3, 4)] == [True, True, False]


def test_jitter_lengthens_a_delay_by_at_most_a_tenth() -> None:
    assert RetryPolicy().delay_ms(1, jitter=0.5) == pytest.approx(1050)


def test_progress_knows_rate_and_remaining_time_of_the_present_attempt() -> None:
    progress = Progress(total=100, processed=60)
    rate = progress.rate(NOW, 40, NOW + timedelta(seconds=10))

    assert (progress.percentage, rate, progress.remaining_seconds(rate)) == (60.0, 2.0, 20.0)


def test_progress_without_a_committed_chunk_has_no_rate() -> None:
    rate = Progress(total=100, processed=40).rate(NOW, 40, NOW + timedelta(seconds=10))

    assert rate is None
    assert Progress(total=100).remaining_seconds(rate) is None


def test_a_job_without_items_is_complete() -> None:
    assert Progress().percentage == 100.0


def test_a_plan_changes_its_hash_when_it_would_do_something_else() -> None:
    skip = Skip("KOSPI", date(2020, 1, 1), date(2020, 1, 2), 2, "already published")

    assert plan().hash == plan().hash == plan().recorded()["planHash"]
    assert len({plan().hash, plan(chunks=4).hash, plan(skips=(skip,)).hash, plan(revisions={"KOSPI": 2}).hash}) == 4


def test_a_skip_survives_being_stored() -> None:
    skip = Skip("KOSPI", date(2020, 1, 1), date(2020, 1, 2), 2, "already published")

    assert Skip.from_dict(skip.to_dict()) == skip
