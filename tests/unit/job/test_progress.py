"""How far a job is."""

from dart_batch.domain.job.progress import Progress


def test_sessions_that_were_left_out_are_not_waited_for() -> None:
    assert Progress(total=100, processed=50, failed=10).remaining_seconds(4.0) == 10.0
