"""How often a worker makes its rounds."""

from dart_batch.application.execution.pace import Rounds


def test_a_duty_is_due_at_once_and_then_from_time_to_time() -> None:
    rounds = Rounds()

    assert [rounds.due(now, every=5) for now in (100, 104, 105, 109, 110)] == [True, False, True, False, True]


def test_a_duty_that_is_not_for_the_first_round_waits_for_the_second() -> None:
    rounds = Rounds()

    assert [rounds.due(now, every=5, at_once=False) for now in (100, 104, 105, 106)] == [False, False, True, False]
