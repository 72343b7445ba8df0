"""Job logs on a real database: without secrets, and within the budget of their attempt."""

import timeit
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from builders import NOW
from dart_batch.adapters.persistence import session
from dart_batch.adapters.persistence.job_log import LONGEST_MESSAGE, clean
from dart_batch.adapters.persistence.log_queries import SqlLogQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.ports.unit_of_work import ERROR, INFO, WARNING, LogEntry
from dart_batch.domain.job.log_budget import LogBudget

Uow = Callable[[], SqlUnitOfWork]


@pytest.fixture
def small(engine: sa.Engine) -> Uow:
    """Units of work that share a budget of three lines."""
    budget = LogBudget(3)
    return lambda: SqlUnitOfWork(session.unbegun(engine), budget=budget)


def line(event: str, level: int = INFO, attempt: int = 1, message: str = "said") -> LogEntry:
    return LogEntry(NOW, level, event, message, attempt)


def add(uow: Uow, *entries: LogEntry, commit: bool = True) -> None:
    with uow() as work:
        for entry in entries:
            work.logs.add("job-1", entry)
        if commit:
            work.commit("test")


def events(engine: sa.Engine) -> list[str]:
    return [row["event"] for row in SqlLogQueries(engine).lines("job-1")]


def test_beyond_the_budget_one_warning_says_that_lines_are_left_out(small: Uow, engine: sa.Engine) -> None:
    for number in range(6):
        add(small, line(f"line-{number}"))

    rows = SqlLogQueries(engine).lines("job-1")
    assert [row["event"] for row in rows] == ["line-0", "line-1", "line-2", "log-full"]
    assert rows[-1]["level"] == WARNING
    assert "3 lines below WARNING" in rows[-1]["message"]


def test_warnings_and_errors_are_kept_although_the_budget_is_used_up(small: Uow, engine: sa.Engine) -> None:
    add(small, *(line("chatter") for _ in range(5)), line("trouble", WARNING), line("worse", ERROR))

    assert events(engine) == ["chatter"] * 3 + ["log-full", "trouble", "worse"]


def test_the_last_line_is_kept_and_the_one_before_says_how_many_were_left_out(small: Uow, engine: sa.Engine) -> None:
    add(small, *(line("chatter") for _ in range(8)))
    with small() as work:
        work.logs.end("job-1", line("completed"))
        work.commit("test")

    rows = SqlLogQueries(engine).lines("job-1")
    assert [row["event"] for row in rows][-2:] == ["log-left-out", "completed"]
    assert rows[-2]["message"].startswith("5 lines below WARNING were left out")


def test_an_attempt_within_its_budget_ends_without_a_word_about_it(small: Uow, engine: sa.Engine) -> None:
    add(small, line("started"))
    with small() as work:
        work.logs.end("job-1", line("completed"))
        work.commit("test")

    assert events(engine) == ["started", "completed"]


def test_the_reserve_for_warnings_has_an_end_too(small: Uow, engine: sa.Engine) -> None:
    add(small, *(line("trouble", WARNING) for _ in range(15)))

    assert events(engine) == ["trouble"] * 10 + ["log-full"]


def test_every_attempt_has_a_budget_of_its_own(small: Uow, engine: sa.Engine) -> None:
    add(small, *(line("first") for _ in range(5)), *(line("second", attempt=2) for _ in range(3)))

    assert events(engine).count("second") == 3


def test_lines_of_no_attempt_are_not_counted(small: Uow, engine: sa.Engine) -> None:
    add(small, *(line("priority", attempt=0) for _ in range(5)))

    assert events(engine) == ["priority"] * 5


def test_what_was_rolled_back_is_not_counted(small: Uow, engine: sa.Engine) -> None:
    add(small, line("kept"), line("kept"))
    for _ in range(3):
        add(small, line("lost"), line("lost"), commit=False)
    add(small, line("kept"), line("over"))

    assert events(engine) == ["kept", "kept", "kept", "log-full"]


def test_a_kept_unit_counts_over_all_its_transactions(small: Uow, engine: sa.Engine) -> None:
    with small().kept() as unit:
        for number in range(5):
            with unit as work:
                work.logs.add("job-1", line(f"line-{number}"))
                work.commit("test")

    assert events(engine) == ["line-0", "line-1", "line-2", "log-full"]


def test_secrets_do_not_reach_the_database(uow: Uow, engine: sa.Engine) -> None:
    add(uow, line("trouble", ERROR, message="mysql://dart:hunter2@db/x answered 500 to token=abcdef"))

    assert SqlLogQueries(engine).lines("job-1")[0]["message"] == "mysql://dart:***@db/x answered 500 to token=***"


def test_a_message_that_is_much_too_long_is_cut_and_says_so() -> None:
    text = clean("x y " * LONGEST_MESSAGE)

    assert len(text) < LONGEST_MESSAGE + 100
    assert text.endswith(f"({3 * LONGEST_MESSAGE:,} more characters)")


def test_redaction_of_a_usual_line_takes_microseconds() -> None:
    said = "2020-01-02..2020-05-27: 100 readings, 3 withheld"

    assert min(timeit.repeat(lambda: clean(said), number=1000, repeat=20)) / 1000 < 10e-6
