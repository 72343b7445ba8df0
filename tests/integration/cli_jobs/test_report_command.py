import zipfile
from pathlib import Path
from typing import Any

import pytest

WISH = ("report", "--market", "KOSPI", "--definition", "mini", "--format", "csv,html", "--language", "en")


@pytest.fixture
def published(shell: Any) -> Any:
    assert shell.backfill("--yes").code == 0
    return shell


def test_reports_are_written_and_said_to_be(published: Any) -> None:
    ran = published.run(*WISH, "--from", "2020-02-01", "--to", "2020-03-31", "--yes")

    assert (ran.code, "2 reports, 4 files" in ran.out) == (0, True), ran.err
    [folder] = published.app.settings.artefact_dir.iterdir()
    assert sorted(path.name for path in folder.iterdir()) == [
        "1-KOSPI-mini-2020-02-en.csv",
        "1-KOSPI-mini-2020-02-en.html",
        "2-KOSPI-mini-2020-03-en.csv",
        "2-KOSPI-mini-2020-03-en.html",
    ]


def test_several_processes_write_the_same_reports(published: Any) -> None:
    alone, together = (
        published.run(*WISH, "--strategy", strategy, "--yes", "--json").json for strategy in ("chunked", "parallel")
    )
    listed = [published.run("jobs", "artefacts", job["jobId"], "--json").json["items"] for job in (alone, together)]
    one, other = ([(file["name"], file["sha256"]) for file in files] for files in listed)

    assert (together["parameters"]["strategy"], len(one)) == ("PARALLEL", 12)
    assert one == other


def test_without_a_range_everything_published_is_reported(published: Any) -> None:
    ran = published.run(*WISH, "--every", "quarter", "--dry-run", "--json")

    assert ran.json["counts"] == {"reports": 2, "files": 4}


def test_a_plan_is_shown_in_reports(published: Any) -> None:
    ran = published.run(*WISH, "--from", "2019-12-01", "--to", "2020-01-31", "--dry-run")

    assert "1 reports of mini as CSV, HTML (en), 2 files" in ran.out
    assert "skip KOSPI 2019-12-01..2019-12-31" in ran.out


def test_files_are_copied_listed_and_zipped(published: Any, tmp_path: Path) -> None:
    job = published.run(
        *WISH, "--period", "2020-02-03..2020-02-14", "--download", str(tmp_path / "a"), "--yes", "--json"
    )
    job_id = job.json["jobId"]

    listed = published.run("jobs", "artefacts", job_id, "--json")
    table = published.run("jobs", "artefacts", job_id)
    published.run("jobs", "artefacts", job_id, "--download", str(tmp_path / "b"), "--zip", str(tmp_path / "all.zip"))

    names = [one["name"] for one in listed.json["items"]]
    assert names == [f"1-KOSPI-mini-2020-02-03_2020-02-14-en.{suffix}" for suffix in ("csv", "html")]
    assert names[0] in table.out
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == names


def test_a_job_without_files_says_so(published: Any) -> None:
    [job_id] = published.app.queries.job_ids("")

    ran = published.run("jobs", "artefacts", job_id)

    assert (ran.code, "has no files" in ran.err) == (0, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--format", "doc"), "--format does not know 'doc'"),
        (("--period", "2020-01-01"), "--period is written FROM..TO"),
        (("--period", "2020-01-01..2020-01-31", "--every", "month"), "not both"),
        (("--definition", "nobody"), "Nothing is published as"),
        (("--download", ".", "--detach"), "--download copies what was written"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_in_words(published: Any, options: tuple[str, ...], said: str) -> None:
    ran = published.run(*WISH, "--yes", *options)

    assert ran.code != 0
    assert said in ran.err
    assert not published.app.settings.artefact_dir.exists()


def test_a_job_of_reports_is_counted_in_reports_and_compares_nothing(published: Any) -> None:
    job_id = published.run(*WISH, "--period", "2020-02-03..2020-02-14", "--yes", "--json").json["jobId"]

    shown, log = published.run("jobs", "show", job_id), published.run("jobs", "logs", job_id)
    diff = published.run("jobs", "diff", job_id)

    assert "1 of 1 reports" in shown.out
    assert "1 reports in 1 chunks" in log.out
    assert (diff.code != 0, "compares nothing" in diff.err) == (True, True)


def test_the_files_of_all_jobs_are_listed(published: Any) -> None:
    job = published.run(*WISH, "--from", "2020-02-01", "--to", "2020-03-31", "--yes", "--json").json["jobId"]

    listed = published.run("reports", "list", "--format", "csv", "--sort", "period", "--json").json
    table = published.run("reports", "list", "--market", "kospi", "--job", job[:20], "--limit", "1")
    none = published.run("reports", "list", "--text", "1999")

    assert [(one["jobId"], one["period"]) for one in listed["items"]] == [(job, "2020-02"), (job, "2020-03")]
    assert listed["total"] == 2
    assert "1 of 4 files" in table.out
    assert "dart-batch report" in none.err


def test_a_format_that_does_not_exist_is_refused_in_the_list_too(published: Any) -> None:
    ran = published.run("reports", "list", "--format", "docx")

    assert (ran.code, "docx" in ran.err, "parquet" in ran.err) == (2, True, True)
