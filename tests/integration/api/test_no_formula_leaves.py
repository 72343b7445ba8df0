"""No table that leaves the system holds a cell that a spreadsheet would run, by whatever way it leaves."""

import csv
import io
import sys
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa

from api_desk import SPAN, Api
from dart_batch.entrypoints.cli import console, main

CELLS = ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1"]
CHANGED = {"dateRange": SPAN, "definition": "mini", "newWeights": {"alpha": 0.25, "beta": 0.75}}
BY_API = {
    "differences": "/api/batch/jobs/{changed}/diff?format=csv",
    "findings": "/api/batch/jobs/{checked}/findings?format=csv",
    "report as CSV": "/api/batch/jobs/{reported}/artefacts/{csv}",
    "report as XLSX": "/api/batch/jobs/{reported}/artefacts/{xlsx}",
}
BY_COMMAND = {
    "index": "index export --market KOSPI --definition mini --output {file}.csv",
    "index as XLSX": "index export --market KOSPI --definition mini --output {file}.xlsx",
    "differences": "jobs diff {changed} --csv {file}.csv",
    "findings": "jobs findings {checked} --csv {file}.csv",
}
HOLD_NO_TEXT_OF_OTHERS = ("differences",)


def finished(api: Api, path: str, **body: object) -> str:
    answer = api.client().post(f"/api/batch/{path}", json=body)
    assert answer.status_code == 201, answer.text
    job_id: str = answer.json()["jobId"]
    assert api.run(job_id) == "completed"
    return job_id


@pytest.fixture
def jobs(api: Api) -> dict[str, str]:
    """Jobs whose tables hold, wherever a table holds a text that others wrote, each of CELLS."""
    api.published()
    _plant(api, "fear_greed_batch_history", "input_hash")
    checked = finished(api, "data-validation", index="mini", market="KOSPI", validationLevel="COMPREHENSIVE")
    _plant(api, "batch_findings", "found")
    changed = finished(api, "recalculate-index", recalculationReason="=1+1", **CHANGED)
    wanted = {"dateRange": SPAN, "definitions": ["mini"], "formats": ["CSV", "XLSX"], "language": "en"}
    reported = finished(api, "bulk-report", period="YEAR", **wanted)
    files = {one.format.lower(): one.name for one in api.core.artefacts.of(reported)}
    return {"checked": checked, "changed": changed, "reported": reported} | files


def _plant(api: Api, table: str, column: str) -> None:
    with api.core.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        days = connection.execute(sa.text(f"SELECT DISTINCT session FROM {table} ORDER BY session")).scalars().all()
        for cell, day in zip(CELLS, days, strict=False):
            change = sa.text(f"UPDATE {table} SET {column} = :cell WHERE session = :day")
            connection.execute(change, {"cell": cell, "day": day})
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.parametrize("way", list(BY_API))
def test_a_download_holds_no_formula(api: Api, jobs: dict[str, str], way: str) -> None:
    answer = api.client().get(BY_API[way].format(**jobs))

    assert answer.status_code == 200, answer.text
    assert_harmless(answer.content, way)


@pytest.mark.parametrize("way", list(BY_COMMAND))
def test_a_written_file_holds_no_formula(
    api: Api, jobs: dict[str, str], way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = BY_COMMAND[way].format(file=tmp_path / "out", **jobs).split()
    run(monkeypatch, api.core.settings.dart_home, command)

    [written] = tmp_path.glob("out.*")
    assert_harmless(written.read_bytes(), way)


def run(monkeypatch: pytest.MonkeyPatch, home: Path, command: list[str]) -> None:
    for cached in (console.out, console.err):
        cached.cache_clear()
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DART_HOME", str(home))
    monkeypatch.setattr(sys, "argv", ["dart-batch", *command])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code


def assert_harmless(content: bytes, way: str) -> None:
    cells = (_workbook if content.startswith(b"PK") else _csv)(content)
    assert [cell for cell in cells if cell[:1] in set("=+-@\t\r\n") and not _number(cell)] == []
    if way not in HOLD_NO_TEXT_OF_OTHERS:
        assert {f"'{cell}" for cell in CELLS} <= set(cells)


def _csv(content: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(content.decode(), newline="")) for cell in row]


def _workbook(content: bytes) -> list[str]:
    sheets = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in sheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    return [cell.value.replace("_x000D_", "\r") for cell in cells if isinstance(cell.value, str)]


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
