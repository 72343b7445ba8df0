"""Maintenance jobs over HTTP."""

from api_desk import Api
from dart_batch.entrypoints.api.job_wire import Job, JobPage
from old_jobs import days_ago, ended


def test_the_job_of_the_day_is_listed_with_its_plan_and_its_log(api: Api) -> None:
    ended(api.core.uow, "white", days_ago(api.core.clock.now(), 800))
    housekeeper = api.core.worker().housekeeper
    assert housekeeper is not None
    job = housekeeper.look()
    assert job is not None
    assert api.run(job.id) == "completed"

    page = JobPage.model_validate(api.client().get("/api/batch/jobs?type=MAINTENANCE&owner=system").json())

    shown = Job.model_validate(api.client().get(f"/api/batch/jobs/{job.id}").json())
    assert [item.job_id for item in page.items] == [job.id]
    assert (shown.status, shown.plan.counts) == (
        "COMPLETED",
        {"logs": 3, "jobs": 1, "workers": 0, "artefacts": 0, "readings": 6},
    )
    assert shown.progress.progress_percentage == 100
    log = api.client().get(f"/api/batch/jobs/{job.id}/logs?event=pruned").json()["items"]
    assert [line["chunk"] for line in log] == [1, 2]
    assert api.client().get("/api/batch/jobs/white").status_code == 404
