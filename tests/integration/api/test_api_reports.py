import hashlib
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from api_desk import SPAN, Api
from dart_batch.domain.access.role import Role
from dart_batch.entrypoints.api.all_artefacts import JobFilePage
from dart_batch.entrypoints.api.artefacts import FileList
from dart_batch.entrypoints.api.list_cursor import ListCursor

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


def test_the_files_of_all_jobs_are_listed_filtered_and_paged(desk: Api) -> None:
    first, second = reported(desk), reported(desk, formats=["PDF"], language="ko", period="QUARTER")
    url = "/api/batch/artefacts?limit=4"

    page = JobFilePage.model_validate(desk.client(Role.VIEWER).get(url).json())
    rest = JobFilePage.model_validate(desk.client().get(f"{url}&cursor={page.next_cursor}").json())
    narrowed = desk.client().get("/api/batch/artefacts?market=kospi&language=ko&format=PDF,XLSX").json()

    assert [one.job_id for one in (*page.items, *rest.items)] == [second] + [first] * 6
    assert (page.total, rest.total, rest.size, rest.next_cursor) == (7, 7, None, None)
    assert page.size == sum(one.size for one in (*page.items, *rest.items))
    [only] = narrowed["items"]
    about = {"market": "KOSPI", "definition": "mini", "period": "2020-Q1", "language": "ko", "format": "PDF"}
    assert about.items() <= only.items()
    assert desk.client().get(f"/api/batch/jobs/{second}/artefacts/{only['name']}").content.startswith(b"%PDF")


@pytest.mark.parametrize("sort", ["size", "-period"])
def test_a_list_of_files_goes_on_in_its_order(desk: Api, sort: str) -> None:
    reported(desk)
    url = f"/api/batch/artefacts?limit=2&sort={sort}"
    names, cursor = [], ""

    while cursor is not None:
        page = desk.client().get(f"{url}&cursor={cursor}" if cursor else url).json()
        names, cursor = names + [one["name"] for one in page["items"]], page["nextCursor"]

    whole = desk.client().get(f"/api/batch/artefacts?sort={sort}").json()["items"]
    assert names == [one["name"] for one in whole]
    assert len(set(names)) == 6


@pytest.mark.parametrize(
    ("query", "field"),
    [("format=DOCX", "format[0]"), ("language=fr", "language"), ("sort=name", "sort"), ("cursor=x", "cursor")],
)
def test_a_list_of_files_names_the_field_it_does_not_understand(desk: Api, query: str, field: str) -> None:
    answer = desk.client().get(f"/api/batch/artefacts?{query}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_a_cursor_with_another_kind_of_value_than_its_order_is_refused(desk: Api) -> None:
    forged = [ListCursor("size", "", 1, (value, "01/a.pdf")).text() for value in ("2020", None)]

    found = [desk.client().get(f"/api/batch/artefacts?sort=size&cursor={text}").status_code for text in forged]

    assert found == [422, 422]
