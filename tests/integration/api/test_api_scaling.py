"""How many workers are wanted, over HTTP."""

from datetime import timedelta

from api_desk import Api
from builders import job, plan
from dart_batch.domain.access.role import Role
from dart_batch.domain.job.status import JobStatus


def queued(api: Api, job_id: str, waited_seconds: float, **changes: object) -> None:
    it = job(JobStatus.QUEUED, job_id)
    it.identity, it.queued_at = job_id, api.core.clock.now() - timedelta(seconds=waited_seconds)
    for name, value in changes.items():
        setattr(it, name, value)
    with api.core.uow() as uow:
        uow.jobs.add(it)
        uow.ledger.add({job_id: plan().chunks})
        uow.commit("test")


def scaling(api: Api, query: str = "") -> dict[str, object]:
    answer = api.client(Role.VIEWER).get(f"/api/batch/scaling{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_without_work_no_worker_is_wanted(api: Api) -> None:
    assert (scaling(api)["wantedWorkers"], scaling(api)["queued"]) == (0, 0)


def test_each_waiting_job_wants_a_worker_while_the_pace_is_unknown(api: Api) -> None:
    queued(api, "a", 5)
    queued(api, "b", 1)

    found = scaling(api)

    assert (found["wantedWorkers"], found["backlogSessions"], found["backlogSeconds"]) == (2, 12, None)
    assert 5 <= float(str(found["oldestQueuedSeconds"])) < 60


def test_a_job_that_waits_for_a_later_moment_wants_nobody_yet(api: Api) -> None:
    queued(api, "later", 5, not_before=api.core.clock.now() + timedelta(hours=1))

    assert scaling(api)["wantedWorkers"] == 0


def test_a_target_that_makes_no_sense_is_refused(api: Api) -> None:
    assert api.client(Role.VIEWER).get("/api/batch/scaling?targetSeconds=0").status_code == 422


def test_nobody_without_a_key_is_told(api: Api) -> None:
    assert api.client(None).get("/api/batch/scaling").status_code == 401
