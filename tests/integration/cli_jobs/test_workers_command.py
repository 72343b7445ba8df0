"""`dart-batch workers list`."""

import threading
from datetime import timedelta

from dart_batch.application.ports.workers import ProcessUsage, WorkerIdentity


def register(app, name, seen):
    with app.uow() as work:
        work.workers.register(WorkerIdentity(name, "alpha", "boot", 4711, 1.0), 4, seen)
        work.workers.beat(name, ProcessUsage(42.0, 300 * 1024 * 1024), seen)
        work.commit("test")


def test_without_a_worker_the_list_teaches_how_to_start_one(shell):
    ran = shell.run("workers", "list")

    assert (ran.code, ran.out) == (0, "")
    assert "dart-batch worker" in ran.err


def test_the_list_shows_host_process_load_and_work(shell):
    register(shell.app, "w-1", shell.app.clock.now())
    job_id = shell.queued()
    with shell.app.uow() as work:
        job = work.jobs.get(job_id)
        job.claim("w-1", shell.app.clock.now() + timedelta(seconds=10), shell.app.clock.now())
        work.jobs.save(job)
        work.commit("test")

    ran = shell.run("workers", "list")

    for words in ("alive", "alpha", "4711", "1/4", "42 %", "300 MB", job_id[:14], "chunk 1/7 KOSPI 2020-01-02.."):
        assert words in ran.out


def test_json_holds_the_same_and_leaves_out_workers_that_left(shell):
    shell.app.worker().run_one(shell.queued(), threading.Event())
    register(shell.app, "w-1", shell.app.clock.now() - timedelta(hours=1))

    here = shell.run("workers", "list", "--json").json
    gone = shell.run("workers", "list", "--state", "stopped", "--json").json

    assert [(worker["id"], worker["state"]) for worker in here["items"]] == [("w-1", "stale")]
    assert [(worker["slots"], worker["busy"]) for worker in gone["items"]] == [(1, 0)]
    assert gone["items"][0]["rssBytes"] > 1_000_000


def test_a_state_that_does_not_exist_is_refused(shell):
    ran = shell.run("workers", "list", "--state", "asleep")

    assert (ran.code, ran.out) == (2, "")
    assert "alive, stale, stopped" in ran.err
