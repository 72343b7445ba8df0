"""`dart-batch index compare|calendar`, and readings of a moment or a job by `index show|export`."""

from datetime import UTC, datetime

import polars as pl
import pytest

SESSIONS = 123
MINI = ("--market", "KOSPI", "--definition", "mini")


@pytest.fixture
def live(shell):
    """A shell with a published index `mini`."""
    assert shell.backfill("--yes").code == 0
    return shell


@pytest.fixture
def staged(live):
    """The id of a recalculation that waits."""
    weights = ("--weights", "alpha=0.25,beta=0.75", "--reason", "a calmer index")
    return live.run("recalculate", *MINI, *weights, "--yes", "--json").json["jobId"]


def values(ran):
    return [one["value"] for one in ran.json["readings"]]


def test_a_staged_generation_is_compared_with_the_live_index(live, staged):
    shown = live.run("index", "compare", *MINI, "--job", staged)
    document = live.run("index", "compare", *MINI, "--job", staged, "--json").json

    assert shown.code == 0
    for text in (f"what job {staged} wrote", "Levels: old (rows), new (columns)", "Largest changes", "Only live: 0"):
        assert text in shown.out
    assert (document["summary"]["sessions"], document["onlyOld"], len(document["worstDays"])) == (SESSIONS, 0, 10)


def test_readings_of_a_job_and_of_a_moment_are_shown_and_written(live, staged, tmp_path):
    before, file = values(live.run("index", "show", *MINI, "--json")), tmp_path / "staged.parquet"
    between = datetime.now(UTC).isoformat()

    waiting = values(live.run("index", "show", *MINI, "--job", staged, "--json"))
    live.run("index", "export", *MINI, "--job", staged, "--output", str(file))
    live.run("jobs", "promote", staged)

    assert waiting != before
    assert pl.read_parquet(file)["value"].to_list() == waiting
    assert values(live.run("index", "show", *MINI, "--json")) == waiting
    assert values(live.run("index", "show", *MINI, "--as-of", between, "--json")) == before


def test_a_day_is_explained_as_the_job_wrote_it(live, staged):
    ran = live.run("index", "show", *MINI, "--date", "2020-05-04", "--job", staged, "--json")

    assert (ran.code, ran.json["lineage"]["jobId"]) == (0, staged)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((), 2, "nothing to compare with"),
        (("--as-of", "yesterday"), 2, "--as-of is YYYY-MM-DD or a moment"),
        (("--as-of", "2020-01-01"), 3, "Nothing is published for KOSPI / mini as of 2020-01-01"),
        (("--with", "nothing"), 3, "nothing"),
        (("--job", "zzz"), 3, "zzz"),
        (("--job", "zzz", "--as-of", "2020-01-01"), 2, "not both"),
    ],
)
def test_what_cannot_be_compared_is_refused(live, options, code, said):
    ran = live.run("index", "compare", *MINI, *options)

    assert (ran.code, said in ran.err) == (code, True), ran.err


def test_the_calendar_counts_states_and_names_what_is_to_mend(live):
    counts = live.run("index", "calendar", *MINI, "--json").json["counts"]
    shown = live.run("index", "calendar", *MINI)

    assert counts["published"] + counts["withheld"] == SESSIONS
    assert f"KOSPI / mini: {SESSIONS} sessions" in shown.out
    assert f"{counts['missing']} missing, 0 failed" in shown.out
