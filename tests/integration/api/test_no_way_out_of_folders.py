"""No name that comes from outside leads out of the folder it is meant for, and no file in a zip does."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from api_desk import Api
from builders import NOW
from dart_batch.adapters.reporting.artefact_folder import UnsafeName
from dart_batch.domain.job.artefact import Artefact
from dart_batch.entrypoints.cli.job_artefacts import copied

SECRET = b"root:x:0:0"
EVIL = ["../../outside.txt", "..\\..\\outside.txt", "/outside.txt", "C:outside.txt", "a/../../outside.txt", ".."]
EVIL += ["x\0.txt"]
LEGACY = {"migration": "legacy", "market": "KOSPI"}


@pytest.fixture(params=EVIL)
def recorded(request: pytest.FixtureRequest, api: Api) -> Iterator[Artefact]:
    """The record of a file whose name somebody has made lead out of its job's folder, to a file that is there."""
    job_id = api.submitted()["jobId"]
    (api.core.settings.artefact_dir / job_id).mkdir(parents=True)
    (api.core.settings.artefact_dir.parent / "outside.txt").write_bytes(SECRET)
    made = Artefact(job_id, 1, request.param, "CSV", len(SECRET), hashlib.sha256(SECRET).hexdigest(), NOW)
    with api.core.uow() as work:
        work.artefacts.replace(job_id, 1, [made])
        work.commit("test")
    yield made


def test_a_file_outside_is_not_downloaded(api: Api, recorded: Artefact) -> None:
    answer = api.client().get(f"/api/batch/jobs/{recorded.job_id}/artefacts/{quote(recorded.name, safe='')}")

    assert SECRET not in answer.content


def test_no_zip_holds_a_name_that_leads_out_of_where_it_is_unpacked(api: Api, recorded: Artefact) -> None:
    with pytest.raises(UnsafeName):
        b"".join(api.core.artefacts.zipped([recorded]))


def test_a_copy_of_the_files_writes_nothing_outside_its_folder(api: Api, recorded: Artefact, tmp_path: Path) -> None:
    job, target = api.core.queries.job(recorded.job_id), tmp_path / "a" / "b"

    with pytest.raises(UnsafeName):
        copied(api.core, job, target, [recorded])

    assert list((tmp_path / "a").rglob("*")) == [target]


@pytest.mark.parametrize("source", ["/etc/passwd", "../../etc/passwd", "sqlite:////etc/passwd", "~/.ssh/id_rsa", "/"])
def test_a_legacy_import_tells_nothing_of_a_file_that_is_no_table(api: Api, source: str) -> None:
    answer = api.client().post("/api/batch/data-migration?dryRun=true", json=LEGACY | {"legacySource": source})

    assert answer.status_code == 422, answer.text
    assert "root:" not in answer.text
    assert api.client().get("/api/batch/jobs").json()["total"] == 0
