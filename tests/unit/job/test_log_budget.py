"""How many lines of an attempt are kept."""

from dart_batch.domain.job.log_budget import REMEMBERED, LogBudget, Share, left_out

LESSER, GRAVE = Share("job-1", 1, False), Share("job-1", 1, True)


def test_lines_up_to_the_allowance_are_within_the_budget() -> None:
    budget = LogBudget(3)
    budget.keep({LESSER: 2})

    assert [budget.excess(LESSER, more) for more in (1, 2, 3)] == [0, 1, 2]


def test_warnings_have_a_reserve_of_their_own_of_at_least_ten() -> None:
    assert LogBudget(200).allowance(grave=True) == 20
    assert LogBudget(1).allowance(grave=True) == 10


def test_lines_of_one_kind_do_not_use_up_what_the_other_has() -> None:
    budget = LogBudget(10)
    budget.keep({LESSER: 50})

    assert budget.excess(GRAVE, 10) == 0


def test_counts_are_of_one_attempt_and_forgotten_with_it() -> None:
    budget = LogBudget(2)
    budget.keep({LESSER: 2, GRAVE: 10})
    assert budget.excess(Share("job-1", 2, False), 2) == 0

    budget.forget("job-1", 1)

    assert (budget.excess(LESSER, 2), budget.excess(GRAVE, 10)) == (0, 0)


def test_attempts_that_were_never_ended_do_not_pile_up() -> None:
    budget = LogBudget(1)
    for number in range(REMEMBERED + 1):
        budget.keep({Share("job", number, False): 1})

    assert budget.excess(Share("job", 0, False), 1) == 0
    assert budget.excess(Share("job", REMEMBERED, False), 1) == 1


def test_what_was_left_out_is_said_in_words_or_not_at_all() -> None:
    assert left_out(0, -4) is None
    assert left_out(1234, 0) == "1,234 lines below WARNING were left out of this attempt's log."
    assert left_out(7, 3) == "7 lines below WARNING and 3 warnings and errors were left out of this attempt's log."
