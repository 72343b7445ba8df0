"""`dart-batch maintenance`, and the job that a worker submits by itself."""

import threading

import pytest

from dart_batch.bootstrap import build
from dart_batch.domain.job.parameters import JobType
from old_jobs import days_ago, ended, published


@pytest.fixture
def aged(shell):
    """The shell with a job whose log is too old, one that is too old altogether, and an old one that is published."""
    now = shell.app.clock.now()
    ended(shell.app.uow, "grey", days_ago(now, 100))
    ended(shell.app.uow, "white", days_ago(now, 800))
    published(shell.app.uow, "gold", days_ago(now, 800))
    return shell


def test_the_plan_shows_what_would_go_and_what_stays(aged):
    ran = aged.run("maintenance", "plan")

    assert ran.code == 0
    for words in ("log lines", "jobs that published nothing", "readings of these jobs", "1 jobs of", "rollback"):
        assert words in ran.out
    assert aged.run("maintenance", "plan", "--json").json["counts"] == {
        "logs": 9,
        "jobs": 1,
        "workers": 0,
        "artefacts": 0,
        "readings": 6,
    }


def test_with_nothing_old_the_plan_says_so(shell):
    assert "Nothing has had its time." in shell.run("maintenance", "plan").out
    assert shell.run("maintenance", "run", "--yes").code == 0
    assert shell.run("jobs", "list", "--json").json["total"] == 0


def test_run_deletes_as_a_job_that_can_be_seen(aged):
    ran = aged.run("maintenance", "run", "--yes", "--json")

    assert (ran.code, ran.json["status"], ran.json["owner"]) == (0, "COMPLETED", "local")
    listed = aged.run("jobs", "list", "--type", "maintenance", "--json").json
    assert [job["jobId"] for job in listed["items"]] == [ran.json["jobId"]]
    assert aged.run("maintenance", "plan", "--json").json["counts"]["logs"] == 0
    assert aged.run("jobs", "show", "white").code == 3
    assert aged.run("jobs", "show", "gold").code == 0
    for shown in (aged.run("jobs", "list"), aged.run("jobs", "show", ran.json["jobId"])):
        assert (shown.code, "retention" in shown.out) == (0, True)


def test_run_deletes_nothing_unasked(aged):
    ran = aged.run("maintenance", "run")

    assert ran.code == 2
    assert "dart-batch maintenance plan" in ran.err
    assert aged.run("jobs", "show", "white").code == 0


def test_detached_it_waits_for_a_worker(aged):
    ran = aged.run("maintenance", "run", "--yes", "--detach", "--json")

    assert (ran.code, ran.json["status"]) == (0, "QUEUED")


@pytest.mark.parametrize(
    ("variable", "days", "kind"), [("BATCH_LOG_RETENTION_DAYS", "7", "logs"), ("BATCH_RETENTION_DAYS", "50", "jobs")]
)
def test_the_settings_decide_how_long_things_stay(shell, monkeypatch, variable, days, kind):
    ended(shell.app.uow, "grey", days_ago(shell.app.clock.now(), 60))
    assert shell.run("maintenance", "plan", "--json").json["counts"][kind] == 0

    monkeypatch.setenv(variable, days)

    assert shell.run("maintenance", "plan", "--json").json["counts"][kind] > 0


def test_a_worker_submits_and_runs_the_job_of_the_day_by_itself(aged, monkeypatch):
    monkeypatch.setenv("BATCH_POLL_SECONDS", "0.02")
    app, stop, pause = build(), threading.Event(), threading.Event()
    threads = [threading.Thread(target=app.worker().run, args=(stop,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    listed = {"items": []}
    for _ in range(500):
        listed = aged.run("jobs", "list", "--type", "maintenance", "--json").json
        if any(job["status"] == "COMPLETED" for job in listed["items"]):
            break
        pause.wait(0.02)
    stop.set()
    for thread in threads:
        thread.join()

    assert [(job["status"], job["owner"]) for job in listed["items"]] == [("COMPLETED", "system")]
    assert aged.run("maintenance", "plan", "--json").json["chunks"] == 0


def test_the_hour_at_which_a_day_begins_is_a_setting(shell, monkeypatch):
    ended(shell.app.uow, "grey", days_ago(shell.app.clock.now(), 100))
    now = shell.app.clock.now()
    monkeypatch.setenv("BATCH_MAINTENANCE_HOUR", str(now.hour))
    today = build().worker().housekeeper.look()

    assert today.type is JobType.MAINTENANCE
    assert today.metadata.description == f"Maintenance of {now.date()}"
