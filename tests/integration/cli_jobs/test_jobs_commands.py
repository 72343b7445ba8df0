"""`dart-batch jobs`: find, show, read and control jobs."""

import json

import pytest

from dart_batch.domain.job.status import JobStatus


@pytest.fixture
def finished(shell):
    """Id of a completed job."""
    return shell.backfill("--yes", "--json").json["jobId"]


def test_an_empty_list_teaches_how_to_begin(shell):
    ran = shell.run("jobs", "list")

    assert (ran.code, ran.out) == (0, "")
    assert "dart-batch backfill" in ran.err


def test_the_list_shows_id_status_range_and_owner(shell, finished):
    ran = shell.run("jobs", "list")

    for words in (finished, "COMPLETED", "KOSPI", "mini@1", "local"):
        assert words in ran.out


def test_a_filter_leaves_the_others_out(shell, finished):
    waiting = shell.queued("--overwrite")

    listed = shell.run("jobs", "list", "--status", "queued,running", "--json").json

    assert [job["jobId"] for job in listed["items"]] == [waiting]
    assert listed["total"] == 1


@pytest.mark.parametrize("option", [["--status", "DONE"], ["--type", "NONE"], ["--sort", "colour"]])
def test_a_filter_that_does_not_exist_is_refused(shell, option):
    ran = shell.run("jobs", "list", *option)

    assert ran.code == 2
    assert ran.out == ""


def test_show_tells_everything_about_a_job(shell, finished):
    ran = shell.run("jobs", "show", finished)

    for words in ("123 of 123 sessions", "7 done", "Verification", "attempt 1", "Completed."):
        assert words in ran.out


def test_show_as_json_holds_ledger_and_attempts(shell, finished):
    shown = shell.run("jobs", "show", finished, "--json").json

    assert [chunk["status"] for chunk in shown["chunks"]] == ["DONE"] * 7
    assert [attempt["outcome"] for attempt in shown["attempts"]] == ["completed"]


def test_a_job_is_found_by_the_beginning_of_its_id(shell, finished):
    ran = shell.run("jobs", "show", finished[:20].upper(), "--json")

    assert ran.json["jobId"] == finished


def test_a_beginning_that_two_jobs_share_is_refused(shell, finished):
    waiting = shell.queued("--overwrite")
    shared = next(finished[:size] for size in range(25, 0, -1) if waiting.startswith(finished[:size]))

    ran = shell.run("jobs", "show", shared)

    assert ran.code == 3
    assert "More than one job" in ran.err


def test_an_id_that_nobody_has_is_not_found(shell, finished):
    ran = shell.run("jobs", "show", "zzz")

    assert ran.code == 3
    assert "dart-batch jobs list" in ran.err


def test_the_log_has_a_line_per_chunk(shell, finished):
    lines = shell.run("jobs", "logs", finished, "--json").json

    assert [line["event"] for line in lines].count("chunk-done") == 7


def test_the_setting_limits_the_lines_of_an_attempt(shell, monkeypatch):
    monkeypatch.setenv("BATCH_LOG_LINES", "4")
    job_id = shell.backfill("--yes", "--json").json["jobId"]

    events = [line["event"] for line in shell.run("jobs", "logs", job_id, "--json").json]

    assert events == ["submitted", "started", *["chunk-done"] * 3, "log-full", "log-left-out", "completed"]


def test_a_limit_keeps_the_last_lines_of_a_log(shell, finished):
    lines = shell.run("jobs", "logs", finished, "--limit", "1", "--json").json

    assert [line["event"] for line in lines] == ["completed"]


def test_a_level_leaves_lesser_lines_out(shell, finished):
    assert shell.run("jobs", "logs", finished, "--level", "warning", "--json").json == []


def test_following_the_log_of_a_settled_job_ends(shell, finished):
    ran = shell.run("jobs", "logs", finished, "--follow", "--json")

    assert json.loads(ran.out.splitlines()[-1])["event"] == "completed"


@pytest.mark.parametrize(
    ("verbs", "status"),
    [
        (["pause"], JobStatus.PAUSED),
        (["pause", "resume"], JobStatus.QUEUED),
        (["pause", "start"], JobStatus.QUEUED),
        (["cancel"], JobStatus.CANCELLED),
        (["cancel", "start"], JobStatus.QUEUED),
    ],
)
def test_verbs_move_a_waiting_job(shell, verbs, status):
    job_id = shell.queued()

    codes = [shell.run("jobs", verb, job_id).code for verb in verbs]

    assert set(codes) == {0}
    assert shell.app.queries.job(job_id).status is status


@pytest.mark.parametrize("verb", ["start", "pause", "resume", "cancel", "retry"])
def test_a_completed_job_refuses_every_verb(shell, finished, verb):
    ran = shell.run("jobs", verb, finished)

    assert ran.code == 4
    assert "is COMPLETED" in ran.err


def test_starting_a_queued_job_leaves_it_queued_and_says_that_no_worker_runs(shell):
    job_id = shell.queued()

    ran = shell.run("jobs", "start", job_id)

    assert ran.code == 0
    assert "No worker runs" in ran.err
    assert shell.app.queries.job(job_id).status is JobStatus.QUEUED


def test_a_job_can_be_run_here(shell):
    job_id = shell.queued()

    ran = shell.run("jobs", "start", job_id, "--here", "--json")

    assert (ran.code, ran.json["status"]) == (0, "COMPLETED")


def test_a_worker_says_what_it_runs_and_drains_when_told_to(shell, monkeypatch):
    job_id = shell.queued()
    monkeypatch.setenv("DART_FAILPOINT", "after:publish:1=SIGTERM")

    ran = shell.run("worker")

    assert (ran.code, ran.out) == (0, "")
    assert f"{job_id} attempt 1: KOSPI / mini@1, 123 sessions to do" in ran.err
    assert f"{job_id} completed after" in ran.err


def test_a_worker_that_is_told_to_stop_gives_its_job_back(shell, monkeypatch):
    monkeypatch.setenv("BATCH_CPU_PERCENT", "5")
    job_id = shell.queued("--chunk-size", "1")
    monkeypatch.setenv("DART_FAILPOINT", "after:chunk:2=SIGTERM")

    ran = shell.run("worker")

    job = shell.app.queries.job(job_id)
    assert ran.code == 0
    assert job.status is JobStatus.QUEUED
    assert 2 <= job.chunks_done < job.chunks_total


def test_brackets_in_what_a_user_wrote_are_shown_as_they_are(shell):
    job_id = shell.queued("--description", "[/bold] fix [a]", "--tag", "[red]")

    shown = shell.run("jobs", "show", job_id)

    assert shown.code == 0
    assert "[/bold] fix [a]" in shown.out
    assert "[red]" in shown.out


def test_the_list_is_narrowed_like_that_of_the_api(shell):
    wanted = shell.queued("--tag", "nightly", "--priority", "high", "--description", "the storm")
    shell.queued("--overwrite", "--chunk-size", "30", "--tag", "daily")

    def found(*options):
        return [job["jobId"] for job in shell.run("jobs", "list", "--json", *options).json["items"]]

    assert found("--tag", "nightly") == [wanted]
    assert found("--priority", "HIGH", "--text", "storm", "--owner", shell.app.queries.job(wanted).owner) == [wanted]
    assert found("--created-before", "2020-01-01") == []
    assert len(found("--created-from", "2020-01-01T00:00+09:00")) == 2


def test_a_moment_that_is_none_is_refused(shell):
    ran = shell.run("jobs", "list", "--created-from", "yesterday")

    assert ran.code == 2
    assert "--created-from is YYYY-MM-DD or a moment" in ran.err
