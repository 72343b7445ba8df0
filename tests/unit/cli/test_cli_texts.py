"""Small texts of the command line: durations, sparklines, gauges, ages, where in time a job is."""

from datetime import date, timedelta

import pytest

from builders import NOW
from dart_batch.domain.errors import Conflict, DartBatchError, Fatal, Interrupted, NotFound, Refused, Transient
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.errors import DuplicateJob
from dart_batch.entrypoints.cli.exit_codes import exit_code
from dart_batch.entrypoints.cli.job_tables import age, gauge
from dart_batch.entrypoints.cli.outcome import sparkline
from dart_batch.entrypoints.cli.progress import Lines, Timeline, duration
from dart_batch.entrypoints.cli.teaching import examples

CHUNKS = [
    Chunk(1, "US", date(2020, 1, 2), date(2020, 1, 3), 2),
    Chunk(2, "US", date(2020, 1, 6), date(2020, 1, 7), 2),
]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(None, "-"), (0.25, "0.2 s"), (42.4, "42 s"), (187, "3:07"), (7389, "2:03:09")],
)
def test_a_duration_is_short(seconds, text):
    assert duration(seconds) == text


def test_a_sparkline_has_its_lowest_bar_at_0_and_its_highest_at_100():
    assert sparkline([0.0, 50.0, 100.0]) == "▁▅█"


def test_a_withheld_value_leaves_a_gap_in_the_sparkline():
    assert sparkline([0.0, None, 0.0]) == "▁ ▁"


@pytest.mark.parametrize(("percentage", "full"), [(0.0, 0), (49.9, 4), (100.0, 10)])
def test_a_gauge_is_full_only_at_the_end(percentage, full):
    assert gauge(percentage) == "█" * full + "░" * (10 - full)


def test_an_age_is_in_days_from_one_day_on():
    assert age(NOW - timedelta(days=3, hours=5), NOW) == "3 d"
    assert age(NOW - timedelta(minutes=2), NOW) == "2:00"


def test_an_age_is_never_negative():
    assert age(NOW + timedelta(seconds=5), NOW) == "0.0 s"


@pytest.mark.parametrize(
    ("processed", "place"), [(0, "US 2020-01-02"), (1, "US 2020-01-02"), (2, "US 2020-01-06"), (4, "")]
)
def test_a_job_is_at_the_chunk_behind_its_processed_sessions(processed, place):
    assert Timeline(CHUNKS).at(processed) == place


def test_without_a_terminal_a_line_is_printed_now_and_then_and_at_the_end(capsys):
    lines = Lines(every=0.5)
    figures = {
        "status": "RUNNING",
        "percent": "5.0 %",
        "completed": 5,
        "total": 100,
        "rate": "9/s",
        "eta": "-",
        "place": "",
    }

    for _ in range(5):
        lines(figures, False)
    lines(figures, True)

    assert capsys.readouterr().err.count("5 of 100") == 2


def test_examples_keep_each_command_on_its_line():
    assert examples("a", "b", note="Both.") == "\b\nExamples:\n  a\n  b\n\nBoth."
    assert examples("a") == "\b\nExample:\n  a"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Refused("x"), 2),
        (NotFound("x"), 3),
        (Conflict("x"), 4),
        (DuplicateJob("x"), 4),
        (Transient("x"), 75),
        (Interrupted("x"), 130),
        (Fatal("x"), 1),
        (DartBatchError("x"), 1),
    ],
)
def test_a_kind_of_error_has_its_exit_code(error, code):
    assert exit_code(error) == code
