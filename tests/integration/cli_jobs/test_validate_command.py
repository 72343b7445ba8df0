"""`validate` and `jobs findings` as their users run them."""

import csv

import pytest
import sqlalchemy as sa

DAY = "2020-03-19"
VALIDATE = ("validate", "--market", "KOSPI", "--index", "mini", "--chunk-size", "50", "--sample", "0", "--yes")


@pytest.fixture
def live(shell):
    """A shell with a published index `mini`."""
    assert shell.backfill("--yes").code == 0
    return shell


@pytest.fixture
def damaged(live):
    with live.app.engine.begin() as connection:
        wrong = sa.text("UPDATE fear_greed_batch_history SET level = 'ODD' WHERE session = :day")
        connection.execute(wrong, {"day": DAY})
    return live


def test_a_clean_index_ends_with_zero_and_says_so(live):
    ran = live.run(*VALIDATE)

    assert ran.code == 0
    assert "Nothing was found: 22 checks of 123 sessions passed." in ran.out


def test_errors_end_with_one_and_say_where_and_what_to_do(damaged):
    ran = damaged.run(*VALIDATE)

    assert ran.code == 1
    assert "1 of 22 checks object" in ran.out
    assert DAY in ran.out
    assert "level: The level is not the one that the definition gives to the value. Compute the sessions" in ran.out
    assert "dart-batch jobs findings" in ran.out


def test_the_json_has_verdict_and_checks(damaged):
    ran = damaged.run(*VALIDATE, "--level", "comprehensive", "--sample", "all", "--json")

    failed = [check["code"] for check in ran.json["verification"] if not check["passed"]]
    assert (ran.code, ran.json["status"], ran.json["verdict"]) == (1, "COMPLETED", "failed")
    assert failed == ["level", "recomputation"]


def test_warnings_alone_end_with_zero(live):
    with live.app.engine.begin() as connection:
        connection.execute(sa.text("UPDATE index_segments SET last_session = '2020-06-29'"))

    ran = live.run(*VALIDATE, "--json", "--to", "2020-06-30")

    failed = [(check["code"], check["severity"]) for check in ran.json["verification"] if not check["passed"]]
    assert (ran.code, failed) == (0, [("behind", "warning")])


def test_findings_are_listed_grouped_and_written(damaged, tmp_path):
    job = damaged.run(*VALIDATE, "--json").json["jobId"]

    listed = damaged.run("jobs", "findings", job, "--json").json
    shown = damaged.run("jobs", "findings", job)
    grouped = damaged.run("jobs", "findings", job, "--group-by", "month").out
    damaged.run("jobs", "findings", job, "--csv", str(tmp_path / "found.csv"), "--code", "level")

    assert [(one["code"], one["session"], one["found"]) for one in listed["items"]] == [("level", DAY, "ODD")]
    assert "ODD" in shown.out
    assert "2020-03" in grouped
    with (tmp_path / "found.csv").open() as file:
        assert [(row["code"], row["session"]) for row in csv.DictReader(file)] == [("level", DAY)]


def test_a_job_is_validated_by_its_id(live):
    [job] = live.app.queries.job_ids("")

    ran = live.run("validate", "--job", job[:12], "--sample", "all", "--yes", "--json")

    checked = {check["code"]: check["checked"] for check in ran.json["verification"]}
    assert (ran.code, ran.json["parameters"]["scope"]) == (0, "GENERATION")
    assert (checked["recomputation"], checked["level"]) == (123, 123)


def test_a_dry_run_shows_what_would_be_looked_at(live):
    ran = live.run("validate", "--market", "KOSPI", "--index", "mini", "--dry-run", "--level", "comprehensive")

    assert ran.code == 0
    assert "validation of the live index mini" in ran.out
    assert "123 sessions in 1 chunks, 0 to skip; comprehensive checks, all readings computed afresh." in ran.out


@pytest.mark.parametrize(
    ("more", "code", "text"),
    [
        (("--market", "US"), 3, "Nothing of US"),
        (("--scope", "generation"), 2, "jobId names the job"),
        (("--job", "nobody"), 3, "nobody"),
        (("--sample", "some"), 2, "--sample is a number or all"),
        (("--from", "yesterday"), 2, "--from must be a date"),
    ],
)
def test_what_cannot_be_validated_is_refused(live, more, code, text):
    ran = live.run("validate", "--yes", *more)

    assert (ran.code, text in ran.err) == (code, True), ran.err


def test_an_unknown_check_is_refused_with_those_there_are(damaged):
    job = damaged.run(*VALIDATE, "--json").json["jobId"]

    ran = damaged.run("jobs", "findings", job, "--code", "spelling")

    assert ran.code == 2
    assert "calendar-gaps" in ran.err
