"""Skip limit, limits and chunk size auto on the command line."""

from datetime import date

import pytest

from dart_batch.entrypoints.cli.exit_codes import FAILED_JOB
from fakes.poison import poison_the_engine

BAD = date(2020, 2, 5)


def test_a_session_that_cannot_be_computed_is_left_out_and_named(shell, monkeypatch):
    poison_the_engine(monkeypatch, BAD)

    ran = shell.backfill("--yes", "--skip-limit", "1")

    shown = shell.run("jobs", "show", shell.app.queries.job_ids("")[0])
    assert ran.code == 0
    assert "1 left out because they cannot be computed" in ran.out
    assert "completed with 1 session skipped" in shown.out
    assert "skipped KOSPI 2020-02-05: ComputeError: torn row (unexpected, chunk 2)" in shown.out
    assert "skip limit 1" in shown.out


def test_json_names_what_was_left_out(shell, monkeypatch):
    poison_the_engine(monkeypatch, BAD)
    job_id = shell.backfill("--yes", "--skip-limit", "1", "--json").json["jobId"]

    shown = shell.run("jobs", "show", job_id, "--json").json

    assert [(skip["session"], skip["chunk"], skip["attempt"]) for skip in shown["skips"]] == [("2020-02-05", 2, 1)]
    assert sum(chunk["skipped"] for chunk in shown["chunks"]) == shown["progress"]["failedItems"] == 1


def test_without_a_skip_limit_the_job_fails(shell, monkeypatch):
    poison_the_engine(monkeypatch, BAD)

    ran = shell.backfill("--yes")

    assert (ran.code, "torn row" in ran.err) == (FAILED_JOB, True)


def test_the_skip_limit_comes_from_the_environment_when_it_is_not_given(shell, monkeypatch):
    monkeypatch.setenv("BATCH_SKIP_LIMIT", "3")

    assert shell.backfill("--yes", "--json").json["parameters"]["skipLimit"] == 3


def test_limits_are_taken_and_shown(shell):
    limits = ("--wall-seconds", "90", "--memory-soft-mb", "5000", "--memory-hard-mb", "6000", "--cpu-percent", "150")
    job_id = shell.queued(*limits)

    shown = shell.run("jobs", "show", job_id).out

    assert "of running time, 5,000 MiB soft, 6,000 MiB hard, 150 % of a core" in " ".join(shown.split())


@pytest.mark.parametrize(
    ("variable", "name"),
    [
        ("BATCH_MAX_WALL_SECONDS", "wallSeconds"),
        ("BATCH_MEMORY_SOFT_MB", "memorySoftMb"),
        ("BATCH_MEMORY_HARD_MB", "memoryHardMb"),
        ("BATCH_CPU_PERCENT", "cpuPercent"),
    ],
)
def test_limits_come_from_the_environment_when_they_are_not_given(shell, monkeypatch, variable, name):
    monkeypatch.setenv(variable, "7000")

    assert shell.backfill("--yes", "--detach", "--json").json["parameters"]["limits"][name] == 7000


def test_limits_of_the_environment_that_contradict_each_other_are_refused(shell, monkeypatch):
    monkeypatch.setenv("BATCH_MEMORY_SOFT_MB", "200")
    monkeypatch.setenv("BATCH_MEMORY_HARD_MB", "100")

    ran = shell.run("jobs", "list")

    assert ran.code != 0
    assert "BATCH_MEMORY_HARD_MB must not be less than BATCH_MEMORY_SOFT_MB" in ran.err


def test_a_wall_time_of_next_to_nothing_fails_the_job_and_a_start_goes_on(shell):
    ran = shell.run("backfill", "--market", "KOSPI", "--definition", "mini", "--yes", "--wall-seconds", "0.000001")
    job_id = shell.app.queries.job_ids("")[0]
    before = shell.app.queries.job(job_id).progress.processed

    shell.run("jobs", "start", job_id, "--here")

    assert (ran.code, "a start goes on" in ran.err) == (FAILED_JOB, True)
    assert shell.app.queries.job(job_id).progress.processed > before > 0


def test_the_chunk_size_can_be_left_to_the_worker(shell):
    ran = shell.run("backfill", "--market", "KOSPI", "--definition", "mini", "--chunk-size", "auto", "--yes", "--json")

    assert (ran.json["status"], ran.json["parameters"]["chunkSize"]) == ("COMPLETED", "auto")
    assert "(auto)" in shell.run("jobs", "show", ran.json["jobId"]).out
    assert ran.json["progress"]["processedItems"] == ran.json["progress"]["totalItems"]


def test_a_chunk_size_that_is_no_number_is_refused(shell):
    ran = shell.run("backfill", "--market", "KOSPI", "--definition", "mini", "--chunk-size", "many", "--yes")

    assert "chunkSize is either a number or auto" in ran.err
    assert shell.app.queries.job_ids("") == []
