import hashlib
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from api_desk import SPAN, Api
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.artefacts import FileList

URL = "/api/batch/bulk-report"


def wanted(**changes: Any) -> dict[str, Any]:
    given = {"dateRange": SPAN, "definitions": ["mini"], "formats": ["CSV", "HTML"], "language": "en"}
    return given | changes


@pytest.fixture
def desk(api: Api) -> Iterator[Api]:
    api.published()
    yield api


def reported(desk: Api, **changes: Any) -> str:
    answer = desk.client().post(URL, json=wanted(**changes))
    assert answer.status_code == 201, answer.text
    job_id: str = answer.json()["jobId"]
    assert desk.run(job_id) == "completed"
    return job_id


def test_reports_are_submitted_planned_and_listed(desk: Api) -> None:
    dry = desk.client().post(f"{URL}?dryRun=true", json=wanted())
    job_id = reported(desk, planHash=dry.json()["planHash"])

    files = FileList.model_validate(desk.client().get(f"/api/batch/jobs/{job_id}/artefacts").json())
    job = desk.client().get(f"/api/batch/jobs/{job_id}").json()
    assert (dry.status_code, dry.json()["counts"]) == (200, {"reports": 3, "files": 6})
    assert (files.total, files.items[0].name) == (6, "1-KOSPI-mini-2020-01-en.csv")
    assert files.size == sum(one.size for one in files.items)
    assert job["parameters"]["formats"] == ["CSV", "HTML"]
    assert job["parameters"]["period"] == "MONTH"


def test_the_general_route_takes_reports_too(desk: Api) -> None:
    body = {"type": "BULK_REPORT", "parameters": wanted(period="QUARTER")}

    answer = desk.client().post("/api/batch/jobs?dryRun=true", json=body)

    assert (answer.status_code, answer.json()["totalItems"]) == (200, 1)


def test_a_file_comes_whole_with_its_hash_as_etag_and_once_only(desk: Api) -> None:
    url = f"/api/batch/jobs/{reported(desk)}/artefacts/2-KOSPI-mini-2020-02-en.html"

    first = desk.client().get(url)
    again = desk.client().get(url, headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert first.headers["content-disposition"] == 'attachment; filename="2-KOSPI-mini-2020-02-en.html"'
    assert first.headers["etag"] == f'"{hashlib.sha256(first.content).hexdigest()}"'
    assert (again.status_code, again.content) == (304, b"")


def test_all_files_come_as_one_zip(desk: Api) -> None:
    job_id = reported(desk)
    answer = desk.client(Role.VIEWER).get(f"/api/batch/jobs/{job_id}/artefacts.zip")

    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == 6
    assert answer.headers["content-type"] == "application/zip"


@pytest.mark.parametrize("name", ["..%2F..%2Fdart-batch.db", "nothing.pdf", "%2Fetc%2Fpasswd"])
def test_a_name_that_is_not_listed_is_not_found(desk: Api, name: str) -> None:
    answer = desk.client().get(f"/api/batch/jobs/{reported(desk)}/artefacts/{name}")

    assert answer.status_code == 404


def test_a_file_that_was_altered_on_disk_is_not_handed_out(desk: Api) -> None:
    job_id = reported(desk)
    name = "1-KOSPI-mini-2020-01-en.csv"
    (desk.core.settings.artefact_dir / job_id / name).write_bytes(b"altered")

    answer = desk.client().get(f"/api/batch/jobs/{job_id}/artefacts/{name}")

    assert (answer.status_code, answer.json()["code"]) == (500, "artefact-damaged")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"definitions": ["nobody"]}, "definitions"),
        ({"formats": ["DOC"]}, "formats[0]"),
        ({"formats": ["CSV", "CSV"]}, "formats"),
        ({"period": "WEEK"}, "period"),
        ({"period": "MONTH", "periods": [SPAN]}, "period"),
        ({"language": "fr"}, "language"),
        ({"targetMarkets": ["NOWHERE"]}, "targetMarkets"),
        ({"periods": [{"startDate": "2020-02-01", "endDate": "2020-01-01"}]}, "dateRange.endDate"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_by_field(desk: Api, changes: dict[str, Any], field: str) -> None:
    answer = desk.client().post(URL, json=wanted(**changes))

    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_reports_need_an_operator_and_files_a_viewer(desk: Api) -> None:
    job_id = reported(desk)

    assert desk.client(Role.VIEWER).post(URL, json=wanted()).status_code == 403
    assert desk.client(Role.VIEWER).get(f"/api/batch/jobs/{job_id}/artefacts").status_code == 200
    assert desk.client(None).get(f"/api/batch/jobs/{job_id}/artefacts.zip").status_code == 401
    assert desk.client().get("/api/batch/jobs/unknown/artefacts").status_code == 404
