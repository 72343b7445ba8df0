"""How far a job is."""

from datetime import UTC, datetime, timedelta

import pytest

from dart_batch.domain.job.progress import Progress

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_sessions_that_were_left_out_are_not_waited_for() -> None:
    assert Progress(total=100, processed=50, failed=10).remaining_seconds(4.0) == 10.0


def test_without_a_rate_nobody_knows_what_remains() -> None:
    assert Progress(total=100).remaining_seconds(None) is None


def test_the_rate_counts_what_this_attempt_committed() -> None:
    assert Progress(total=100, processed=50).rate(NOW, 30, NOW + timedelta(seconds=10)) == pytest.approx(2.0)


def test_a_job_without_sessions_is_done() -> None:
    assert Progress().percentage == 100.0
