"""Fitting the chunk size to how long chunks take."""

import pytest

from dart_batch.domain.job.tuning import MOST, TARGET_MS, Tuner


def settled(per_session_ms: float, fixed_ms: float = 0.0, first: int = 50) -> tuple[int, int]:
    """Size and number of changes after a hundred chunks that take so long."""
    tuner, changes = Tuner(first), 0
    for _ in range(100):
        wanted = tuner.took(tuner.size, fixed_ms + per_session_ms * tuner.size)
        if wanted is not None:
            tuner.settle(wanted)
            changes += 1
    return tuner.size, changes


@pytest.mark.parametrize("per_session", [0.1, 1.0, 7.0, 60.0])
def test_chunks_end_up_within_a_factor_of_two_of_the_target(per_session: float) -> None:
    size, changes = settled(per_session)

    assert TARGET_MS / 2 <= size * per_session <= TARGET_MS * 2
    assert changes <= 4


def test_sizes_stay_between_one_and_the_most() -> None:
    assert settled(10_000.0)[0] == 1
    assert MOST / 2 < settled(0.000_1)[0] <= MOST


def test_a_slow_first_chunk_that_computes_ahead_changes_nothing() -> None:
    tuner = Tuner(50)

    assert [tuner.took(50, took) for took in (3_000.0, 150.0, 150.0, 150.0)] == [None] * 4


def test_a_size_that_fits_well_enough_is_left_alone() -> None:
    assert settled(TARGET_MS / 50 * 1.5)[1] == 0


def test_chunks_never_grow_over_the_limit_that_memory_set() -> None:
    tuner = Tuner(20, most=20)

    assert [tuner.took(20, 0.1) for _ in range(5)] == [None] * 5
