"""`dart-batch recalculate`, `jobs diff|promote|discard` and `index publications|rollback|history`."""

import polars as pl
import pytest

SESSIONS = 123
DAY = "2020-05-04"


@pytest.fixture
def live(shell):
    """A shell with a published index `mini`."""
    assert shell.backfill("--yes").code == 0
    return shell


def recalculated(shell, *more, weights="alpha=0.25,beta=0.75"):
    ran = shell.run(
        *("recalculate", "--market", "KOSPI", "--definition", "mini", "--weights", weights),
        *("--reason", "a calmer index", "--yes", "--json", *more),
    )
    assert ran.code == 0, ran.err
    return ran.json


def value(shell):
    return shell.app.index.readings("KOSPI", "mini", components=False)["value"].to_list()


def test_a_recalculation_waits_and_says_what_to_do_next(live):
    before = value(live)

    ran = live.run("recalculate", "-d", "mini", "-w", "alpha=0.25", "-w", "beta=0.75", "-r", "a calmer index", "--yes")

    assert ran.code == 0
    assert "Plan: recalculation with mini@1+" in ran.err
    assert "stored scores are put together anew; the result waits" in ran.err
    assert "Review it with `dart-batch jobs diff" in ran.out
    assert value(live) == before


def test_the_difference_is_shown_and_written(live, tmp_path):
    job = recalculated(live)
    table, chart = tmp_path / "diff.parquet", tmp_path / "diff.png"

    shown = live.run("jobs", "diff", job["jobId"], "--parquet", str(table), "--plot", str(chart))
    document = live.run("jobs", "diff", job["jobId"], "--json").json

    frame = pl.read_parquet(table)
    assert shown.code == 0
    for text in ("a calmer index", "Levels: old (rows), new (columns)", "Causes", "Largest changes", "jobs promote"):
        assert text in shown.out
    assert frame.height == document["summary"]["sessions"] == SESSIONS
    assert (frame["by_alpha"] + frame["by_beta"] - frame["delta"]).abs().max() < 1e-9
    assert chart.read_bytes().startswith(b"\x89PNG")
    assert (document["decision"], document["stale"], len(document["worstDays"])) == ("STAGED", False, 10)


def test_promoting_and_rolling_back_are_told_by_the_history_of_a_day(live):
    before, job = value(live), recalculated(live)

    promoted = live.run("jobs", "promote", job["jobId"])
    between = value(live)
    newest = live.run("index", "publications", "-m", "KOSPI", "-d", "mini", "--json").json["items"][0]
    rolled = live.run("index", "rollback", newest["publicationId"])
    told = live.run("index", "history", "KOSPI", DAY, "-d", "mini")
    lives = live.run("index", "history", "KOSPI", DAY, "-d", "mini", "--json").json["items"]

    assert (promoted.code, rolled.code) == (0, 0)
    assert newest["reason"] == "a calmer index"
    assert between != before
    assert value(live) == before
    assert [one["reason"] for one in lives] == ["", "a calmer index", ""]
    assert lives[0]["until"] == lives[1]["since"]
    assert lives[2]["until"] is None
    assert "calmer" in told.out


def test_a_backfill_can_wait_too(shell):
    ran = shell.backfill("--publish", "manual", "--yes")

    assert "jobs promote" in ran.out
    assert shell.app.index.published() == []


def test_a_decision_is_made_once(live):
    job = recalculated(live)

    waiting = live.run("jobs", "show", job["jobId"]).out
    dropped = live.run("jobs", "discard", job["jobId"])
    again = live.run("jobs", "promote", job["jobId"])
    decided = live.run("jobs", "show", job["jobId"]).out

    assert dropped.code == 0
    assert again.code != 0
    assert "was discarded before" in again.err
    assert "Generation: staged" in waiting
    assert "Possible now: promote, discard (dart-batch jobs VERB" in waiting
    assert "Nothing more can be done." not in waiting
    assert "Nothing more can be done." in decided
    assert live.run("jobs", "show", job["jobId"], "--json").json["generation"] == "DISCARDED"


def test_automatic_publication_shows_the_latest_reading(live):
    job = recalculated(live, "--publish", "auto")

    assert job["parameters"]["publish"] == "AUTO"
    assert set(live.app.index.readings("KOSPI", "mini", components=False)["job_id"]) == {job["jobId"]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-w", "alpha=0.5", "-r", "x", "-d", "mini"], "add up to 0.5"),
        (["-w", "alpha=0.5,greed=0.5", "-r", "x", "-d", "mini"], "no component greed; the definition has alpha, beta"),
        (["-w", "alpha", "-r", "x", "-d", "mini"], "NAME=0.3"),
        (["-w", "alpha=1,alpha=1", "-r", "x", "-d", "mini"], "names alpha twice"),
        (["-w", "alpha=1", "-r", " ", "-d", "mini"], "must say why"),
        (["-r", "x"], "Nothing is new"),
    ],
)
def test_what_cannot_be_meant_is_refused(live, arguments, message):
    ran = live.run("recalculate", *arguments, "--yes")

    assert ran.code != 0
    assert message in ran.err


def test_a_day_that_never_was_published_has_no_history(live):
    ran = live.run("index", "history", "KOSPI", "1999-01-04", "-d", "mini")

    assert ran.code != 0
    assert "ever published" in ran.err


def test_a_dry_run_shows_the_plan_and_stores_nothing(live):
    ran = live.run("recalculate", "-d", "mini", "-w", "alpha=1", "-r", "x", "--dry-run", "--json")

    assert ran.json["counts"] == {"reused": SESSIONS}
    assert "bases" not in ran.json
    assert sum(live.app.queries.states().values()) == 1


def test_a_recalculation_whose_plan_moved_is_not_submitted(live):
    ran = live.run("recalculate", "-d", "mini", "-w", "alpha=1", "-r", "why", "--yes", "--plan-hash", "0" * 64)

    assert ran.code == 4
    assert "The plan changed since it was shown." in ran.err


def test_a_publication_is_named_by_the_beginning_of_its_id(live):
    act = live.run("index", "publications", "-m", "KOSPI", "-d", "mini", "--json").json["items"][0]["publicationId"]

    undone = live.run("index", "rollback", act[:-2], "--json")
    unknown = live.run("index", "rollback", "zz")

    assert (undone.code, undone.json["publicationId"]) == (0, act)
    assert (unknown.code, "There is no publication whose id begins with 'zz'." in unknown.err) == (3, True)


def test_a_beginning_that_two_publications_have_names_both(live):
    live.backfill("--overwrite", "--yes")

    ran = live.run("index", "rollback", "0")

    assert ran.code == 3
    assert "For example:" in ran.err
