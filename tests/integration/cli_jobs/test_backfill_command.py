"""`dart-batch backfill`: plan, confirm, run, go on, and every way it can end."""

from datetime import date

import pytest

from dart_batch.adapters.persistence.job_list import JobFilter
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.job.status import JobStatus, Verb
from fakes.market_data import append, series_frame

SESSIONS = 123


def jobs_of(shell, **wanted):
    return shell.app.queries.jobs(JobFilter(**wanted))[0]


def test_a_backfill_runs_to_the_end_and_shows_the_latest_reading(shell):
    ran = shell.backfill("--yes")

    assert ran.code == 0
    assert f"{SESSIONS} sessions in 7 chunks" in ran.out
    assert "KOSPI / mini  2020-06-30" in ran.out
    assert shell.app.index.published()[0]["sessions"] == SESSIONS


def test_the_plan_is_shown_before_it_runs(shell):
    ran = shell.backfill("--yes")

    assert ran.err.index("Plan: backfill with mini@1") < ran.err.index("COMPLETED")


def test_json_is_one_document_about_the_finished_job(shell):
    job = shell.backfill("--yes", "--json").json

    assert (job["status"], job["progress"]["processedItems"]) == ("COMPLETED", SESSIONS)


def test_a_dry_run_answers_the_plan_and_changes_nothing(shell):
    ran = shell.backfill("--dry-run", "--json")

    assert (ran.code, ran.json["added"], ran.json["chunks"]) == (0, SESSIONS, 7)
    assert jobs_of(shell) == []


def test_without_a_terminal_and_without_yes_nothing_is_done(shell):
    ran = shell.backfill()

    assert ran.code == 2
    assert "no terminal" in ran.err
    assert "--yes" in ran.err
    assert jobs_of(shell) == []


def test_everything_published_already_is_no_error(shell):
    shell.backfill("--yes")

    again = shell.backfill("--yes")

    assert again.code == 0
    assert "nothing to do" in again.err


def test_everything_published_already_is_a_status_in_json(shell):
    shell.backfill("--yes")

    again = shell.backfill("--yes", "--json")

    assert (again.code, again.json["status"]) == (0, "NOTHING_TO_DO")


def test_overwriting_computes_published_sessions_again(shell):
    shell.backfill("--yes")

    again = shell.backfill("--yes", "--overwrite", "--json")

    assert again.json["plan"]["changed"] == SESSIONS
    assert again.json["status"] == "COMPLETED"


def test_a_detached_backfill_waits_for_a_worker(shell):
    ran = shell.backfill("--yes", "--detach", "--json")

    assert (ran.code, ran.json["status"]) == (0, "QUEUED")


def test_the_same_command_goes_on_with_the_job_that_waits(shell):
    waiting = shell.queued()

    ran = shell.backfill("--yes", "--json")

    assert (ran.json["jobId"], ran.json["status"]) == (waiting, "COMPLETED")
    assert "going on with it" in ran.err


def test_the_same_command_starts_the_job_that_is_paused(shell):
    waiting = shell.queued()
    shell.app.control(waiting, Verb.PAUSE, the_system("tester"))

    ran = shell.backfill("--yes", "--json")

    assert (ran.json["jobId"], ran.json["status"]) == (waiting, "COMPLETED")


@pytest.fixture
def ctrl_c(shell, monkeypatch):
    """Ctrl-C after the second chunk, in a job that cannot end before it is heard."""
    monkeypatch.setenv("BATCH_CPU_PERCENT", "5")
    monkeypatch.setenv("DART_FAILPOINT", "after:chunk:2=SIGINT")


@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_gives_the_job_back_and_tells_how_to_go_on(shell):
    ran = shell.backfill("--yes", "--chunk-size", "1")

    job = jobs_of(shell)[0]
    assert ran.code == 130
    assert job.status is JobStatus.QUEUED
    assert 0 < job.chunks_done < job.chunks_total
    assert f"dart-batch jobs start {job.id} --here" in ran.err


@pytest.mark.usefixtures("ctrl_c")
def test_a_stopped_backfill_repeats_no_chunk_when_it_goes_on(shell, monkeypatch):
    shell.backfill("--yes", "--chunk-size", "1")
    before = [chunk for chunk in shell.app.queries.chunks(jobs_of(shell)[0].id) if chunk.finished_at]
    monkeypatch.delenv("DART_FAILPOINT")

    ran = shell.backfill("--yes", "--json", "--chunk-size", "1")

    after = shell.app.queries.chunks(ran.json["jobId"])
    assert ran.json["status"] == "COMPLETED"
    assert before == after[: len(before)]


def test_a_failed_job_ends_with_code_one_and_its_cause(shell, home):
    shell.queued()
    for batch in (home / "data" / "KOSPI").rglob("*.parquet"):
        batch.write_bytes(b"PAR1 damaged PAR1")

    ran = shell.run("jobs", "start", jobs_of(shell)[0].id, "--here")

    assert ran.code == 1
    assert "failed" in ran.err
    assert "dart-batch jobs retry" in ran.err


def test_the_chunk_size_comes_from_the_environment_when_it_is_not_given(shell, monkeypatch):
    monkeypatch.setenv("BATCH_CHUNK_SIZE", "50")

    plan = shell.run("backfill", "--definition", "mini", "--dry-run", "--json").json

    assert plan["chunks"] == 3


def test_description_tags_and_priority_are_kept_with_the_job(shell):
    job_id = shell.queued("--description", "first try", "--tag", "a", "--tag", "b", "--priority", "high")

    job = shell.app.queries.job(job_id)

    assert (job.metadata.description, job.metadata.tags, job.priority.name) == ("first try", ("a", "b"), "HIGH")


def test_a_market_in_small_letters_is_the_same_market(shell):
    ran = shell.run("backfill", "--market", "kospi", "--definition", "mini", "--yes", "--json")

    assert ran.json["status"] == "COMPLETED"
    assert ran.json["parameters"]["targetMarkets"] == ["KOSPI"]


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--from", "2020-13-01"], 2, "must be a date as YYYY-MM-DD"),
        (["--from", "2020-03-01", "--to", "2020-02-01"], 2, "before it starts"),
        (["--market", "MOON"], 3, "No market is called 'MOON'"),
        (["--definition", "none"], 3, "There is no index definition 'none'"),
        (["--definition", "mini", "--chunk-size", "0"], 2, "chunkSize must be 1 to"),
        (["--market", "US", "--definition", "us"], 1, "has no observations yet"),
        (["--market", "KOSPI", "--market", "US"], 2, "have different definitions by default"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_changes_nothing(shell, options, code, words):
    ran = shell.run("backfill", *options, "--yes")

    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert "Traceback" not in ran.err
    assert jobs_of(shell) == []


@pytest.mark.parametrize("strategy", ["chunked", "stream", "parallel"])
def test_a_backfill_runs_by_any_strategy(shell, strategy):
    job = shell.backfill("--yes", "--json", "--strategy", strategy).json

    assert (job["status"], job["parameters"]["strategy"]) == ("COMPLETED", strategy.upper())


def test_an_unknown_strategy_is_refused_with_the_known_ones(shell):
    ran = shell.backfill("--yes", "--strategy", "serial")

    assert ran.code == 2
    assert "'chunked', 'stream', 'parallel'" in ran.err


@pytest.mark.parametrize("end", [("--to", "2020-02-01"), ("--detach",), ("--dry-run",)])
def test_following_is_refused_together_with_an_end(shell, end):
    ran = shell.backfill("--follow", "--yes", *end)

    assert ran.code == 2
    assert f"cannot be combined with {end[0]}" in ran.err
    assert jobs_of(shell) == []


def test_a_plan_that_was_looked_at_is_submitted_by_its_hash(shell):
    shown = shell.backfill("--dry-run")
    plan_hash = shell.backfill("--dry-run", "--json").json["planHash"]

    ran = shell.backfill("--plan-hash", plan_hash, "--yes", "--json", "--tag", "quarter", "--description", "again")

    assert f"Plan hash (for --plan-hash): {plan_hash}" in shown.out
    assert (ran.code, ran.json["plan"]["planHash"]) == (0, plan_hash)
    assert (ran.json["tags"], ran.json["description"]) == (["quarter"], "again")


def test_a_plan_that_moved_is_not_submitted(shell):
    ran = shell.backfill("--plan-hash", "0" * 64, "--yes")

    assert ran.code == 4
    assert "The plan changed since it was shown." in ran.err
    assert shell.run("jobs", "list", "--json").json["total"] == 0


def test_only_what_a_correction_affects_is_computed_anew(shell):
    shell.backfill("--yes")
    append(shell.app.market_data, "KOSPI", series_frame([("alpha", date(2020, 3, 19), 55.5)]))

    shown = shell.backfill("--affected-by-corrections", "--dry-run")
    ran = shell.backfill("--affected-by-corrections", "--yes", "--json")
    again = shell.backfill("--affected-by-corrections", "--yes")

    assert "compute KOSPI 2020-03-19..2020-03-25: new or corrected: alpha 2020-03-19" in shown.out
    assert (ran.code, ran.json["plan"]["changed"]) == (0, 5)
    assert (again.code, "its inputs have not changed" in again.err) == (0, True)
