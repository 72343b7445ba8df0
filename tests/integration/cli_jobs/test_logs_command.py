"""`dart-batch jobs logs`: filters, and following a job to its end."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from builders import NOW
from dart_batch.application.ports.unit_of_work import ERROR, INFO, WARNING, LogEntry
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.job.batch_job import Failure
from dart_batch.domain.job.status import Verb

LINES = [
    LogEntry(NOW, INFO, "chunk-done", "chunk one", 1, 1),
    LogEntry(NOW, WARNING, "chunk-try-failed", "Try 1 failed: busy", 1, 2),
    LogEntry(NOW, INFO, "chunk-done", "chunk two", 2, 2),
    LogEntry(NOW, ERROR, "failed", "Failed: gone", 2),
]


def say(shell, job_id, *entries):
    with shell.app.uow() as work:
        for entry in entries:
            work.logs.add(job_id, entry)
        work.commit("test")


@pytest.fixture
def told(shell):
    """Id of a queued job with LINES in its log."""
    job_id = shell.queued()
    say(shell, job_id, *LINES)
    return job_id


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--level", "warning"], ["Try 1 failed: busy", "Failed: gone"]),
        (["--attempt", "2"], ["chunk two", "Failed: gone"]),
        (["--chunk", "2"], ["Try 1 failed: busy", "chunk two"]),
        (["--event", "chunk-done", "--attempt", "1"], ["chunk one"]),
        (["--text", "FAILED"], ["Try 1 failed: busy", "Failed: gone"]),
        (["--chunk", "2", "-n", "1"], ["chunk two"]),
        (["--attempt", "9"], []),
    ],
)
def test_filters_narrow_the_log(shell, told, options, said):
    lines = shell.run("jobs", "logs", told, "--json", *options).json

    assert [line["message"] for line in lines] == said


def test_the_log_goes_on_behind_an_id(shell, told):
    lines = shell.run("jobs", "logs", told, "--json").json

    rest = shell.run("jobs", "logs", told, "--json", "--after", str(lines[2]["id"])).json

    assert rest == lines[3:]


def test_a_level_that_does_not_exist_is_refused(shell, told):
    assert shell.run("jobs", "logs", told, "--level", "loud").code == 2


@pytest.mark.parametrize(("outcome", "code"), [("COMPLETED", 0), ("FAILED", 1), ("CANCELLED", 130), ("PAUSED", 130)])
def test_following_ends_with_the_job_and_the_exit_code_tells_how(shell, outcome, code):
    job_id = shell.queued()
    _bring(shell, job_id, outcome)

    ran = shell.run("jobs", "logs", job_id, "--follow", "--json")

    assert ran.code == code
    assert json.loads(ran.out.splitlines()[0])["event"] == "submitted"
    assert outcome in ran.err


def _bring(shell, job_id, outcome):
    if outcome == "COMPLETED":
        shell.app.worker().run_one(job_id, threading.Event())
    elif outcome == "FAILED":
        with shell.app.uow() as work:
            job = work.jobs.get(job_id)
            job.claim("w", NOW, NOW)
            job.fail(Failure("gone", "The source is gone."), NOW)
            work.jobs.save(job)
            work.commit("test")
    else:
        shell.app.control(job_id, {"CANCELLED": Verb.CANCEL, "PAUSED": Verb.PAUSE}[outcome], the_system("tester"))


def test_a_follower_in_another_process_sees_lines_as_they_are_written(shell, home):
    job_id = shell.queued()
    command = [str(Path(sys.executable).with_name("dart-batch")), "jobs", "logs", job_id, "-f", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ
    ) as follower:
        assert follower.stdout is not None
        events = [json.loads(follower.stdout.readline())["event"]]
        say(shell, job_id, LogEntry(NOW, INFO, "said", "now", 1))
        events.append(json.loads(follower.stdout.readline())["event"])
        shell.app.worker().run_one(job_id, threading.Event())
        events += [json.loads(line)["event"] for line in follower.stdout]

    assert events[:3] == ["submitted", "said", "started"]
    assert (events.count("chunk-done"), events[-1]) == (7, "completed")
    assert follower.returncode == 0


def test_ctrl_c_ends_following_in_silence(shell, home):
    job_id = shell.queued()
    command = [str(Path(sys.executable).with_name("dart-batch")), "jobs", "logs", job_id, "-f"]
    follower = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    assert follower.stdout is not None
    follower.stdout.readline()

    follower.send_signal(2)
    _, said = follower.communicate(timeout=30)

    assert (follower.returncode, said) == (130, "")
