"""The index of the TypeScript system becomes an index of its own; what is not right is rejected, nothing is guessed."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from dart_batch.adapters.persistence.finding_queries import FindingFilter, SqlFindingQueries
from dart_batch.adapters.persistence.log_queries import LogFilter, SqlLogQueries
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.use_cases.explain_reading import ExplainReading
from dart_batch.application.views import verdict
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.migration_errors import LegacyUnreadable, NameTaken, NotRecomputable, NotReversible
from dart_batch.domain.job.recalculation import Publish
from dart_batch.domain.job.status import JobStatus
from index_desk import DAYS, RECALCULATION, IndexDesk
from moving_desk import MOVE, MovingDesk
from validation_desk import ValidationDesk

NAMES = ("price_momentum", "investor_sentiment", "put_call_ratio", "volatility_index", "safe_haven_demand")
HISTORY = "fear_greed_batch_history"
KEYED = ("definition", "definition_hash", "job_id", "input_hash")


@pytest.fixture
def moving(uow: Callable[[], SqlUnitOfWork], engine: sa.Engine, tmp_path: Path) -> MovingDesk:
    desk = IndexDesk.of(uow, engine)
    desk.backfill()
    return MovingDesk(desk, tmp_path / "unused.db")


def row(place: int, **changes: str | None) -> dict[str, str | None]:
    given: dict[str, str | None] = {"date": str(DAYS[place]), "value": f"{place}.5", "level": "Extreme Fear"}
    return given | dict.fromkeys(NAMES, "40") | {"confidence": "100"} | changes


def written(folder: Path, rows: list[dict[str, str | None]], name: str = "old.csv") -> Path:
    path = folder / name
    frame = pl.DataFrame(rows)
    frame.write_parquet(path) if path.suffix == ".parquet" else frame.write_csv(path)
    return path


GOOD = [row(place) for place in range(25)]
BAD = {
    "date": [
        row(30, date="yesterday"),
        row(30, date=None),
        row(31, date="2020-01-04"),
        row(32, date=f"{DAYS[32]}T15:30:00Z"),
        row(33),
        row(33, value="1"),
    ],
    "value": [row(34, value=None), row(35, value="100.1"), row(36, value="n/a"), row(37, value="NaN")],
    "level": [row(38, level=None), row(39, level="panic")],
    "putCallRatio": [row(40, put_call_ratio="-1"), row(41, put_call_ratio="x")],
    "confidence": [row(42, confidence="101")],
}


def test_good_rows_become_an_index_of_its_own(moving: MovingDesk, tmp_path: Path) -> None:
    before = moving.desk.fingerprint()

    job = moving.run(moving.submit(moving.legacy(written(tmp_path, GOOD))))

    live = moving.desk.live("legacy")
    assert job.status is JobStatus.COMPLETED
    assert live["value"].to_list() == [place + 0.5 for place in range(25)]
    assert set(live["level"]) == {"EXTREME_FEAR"}
    assert set(live["definition_hash"]) == {""}
    assert json.loads(live["components"][0])["volatility"]["score"] == 40.0
    assert json.loads(live["components"][0])["volatility"]["weight"] is None
    assert moving.desk.live().height == len(DAYS)
    assert before != moving.desk.fingerprint()


def test_every_kind_of_bad_row_is_rejected_with_its_reason(moving: MovingDesk, tmp_path: Path) -> None:
    bad = [(field, one) for field, rows in BAD.items() for one in rows]

    job = moving.run(moving.submit(moving.legacy(written(tmp_path, [*GOOD, *(one for _, one in bad)]))))

    with moving.uow() as uow:
        rejected = uow.migrations.rejected(job.id)
    assert [(one.number, one.field) for one in rejected] == [(26 + at, field) for at, (field, _) in enumerate(bad)]
    assert {str(one.reason).split(":")[0] for one in rejected} == {
        "is missing",
        "is not a day",
        "is not a session of KOSPI",
        "occurs more than once; none is guessed to be right",
        "is not a number",
        "is not within 0 to 100",
        "is no level",
    }
    assert json.loads(rejected[0].content)["date"] == "yesterday"
    assert moving.desk.live("legacy").height == len(GOOD)


def test_rejected_rows_are_findings_of_the_import(moving: MovingDesk, tmp_path: Path) -> None:
    bad = [*BAD["date"][:2], *BAD["value"]]

    job = moving.run(moving.submit(moving.legacy(written(tmp_path, [*GOOD, *bad]))))

    found, total = SqlFindingQueries(moving.desk.engine).rows(job.id, FindingFilter(codes=["rejected-rows"]))
    [(checked, objected)] = [
        (one["checked"], one["objections"]) for one in job.verification or [] if one["code"] == "rejected-rows"
    ]
    assert (checked, objected, total) == (len(GOOD) + len(bad), len(bad), len(bad))
    assert [(row["session"], row["subject"], row["found"]) for row in found.to_dicts()] == [
        (DAYS[0], "row 26, without a day", "date is not a day: yesterday"),
        (DAYS[0], "row 27, without a day", "date is missing"),
        (DAYS[34], "row 28", "value is missing"),
        (DAYS[35], "row 29", "value is not within 0 to 100: 100.1"),
        (DAYS[36], "row 30", "value is not a number: n/a"),
        (DAYS[37], "row 31", "value is not a number: NaN"),
    ]
    assert (verdict(job), job.status) == ("passed", JobStatus.COMPLETED)


def test_an_import_without_bad_rows_has_no_findings(moving: MovingDesk, tmp_path: Path) -> None:
    job = moving.run(moving.submit(moving.legacy(written(tmp_path, GOOD))))

    assert SqlFindingQueries(moving.desk.engine).rows(job.id, FindingFilter())[1] == 0
    assert all(one["passed"] for one in job.verification or [])


def test_a_missing_component_stays_missing(moving: MovingDesk, tmp_path: Path) -> None:
    moving.run(
        moving.submit(moving.legacy(written(tmp_path, [*GOOD, row(26, investor_sentiment=None, confidence=None)])))
    )

    last = moving.desk.live("legacy")[-1]
    assert last["coverage"][0] == 0.8
    assert json.loads(last["components"][0])["investorSentiment"]["score"] is None


def test_holes_stay_holes(moving: MovingDesk, tmp_path: Path) -> None:
    plan = moving.migration.plan(moving.legacy(written(tmp_path, [*GOOD[:5], *GOOD[8:]])))

    assert [(skip.first, skip.sessions) for skip in plan.skips] == [(DAYS[5], 3)]


def test_an_imported_value_is_never_said_to_be_computed(moving: MovingDesk, tmp_path: Path) -> None:
    job = moving.run(moving.submit(moving.legacy(written(tmp_path, GOOD))))

    with pytest.raises(NotRecomputable, match="row 4 of fear_greed_index"):
        ExplainReading(moving.uow, moving.types | {MOVE: moving.migration})(job.id, "KOSPI", DAYS[3])
    recalculated = moving.types[RECALCULATION].plan(
        moving.desk._recalculation({"alpha": 0.5, "beta": 0.5}, {"index": "legacy"})
    )
    assert "reused" not in recalculated.counts


def test_a_validation_does_not_compute_imported_readings_afresh_and_says_so(moving: MovingDesk, tmp_path: Path) -> None:
    job = moving.run(moving.submit(moving.legacy(written(tmp_path, GOOD))))
    desk = moving.desk
    validating = ValidationDesk(moving.uow, desk.engine, desk.data, desk.calendars, desk.clock, ids=700)

    looked = validating.validate(definition="legacy")

    errors = [one["code"] for one in looked.verification or () if one["severity"] == "error" and one["objections"]]
    [line] = SqlLogQueries(desk.engine).lines(looked.id, LogFilter(event="not-recomputed"))
    assert (job.status, looked.status) == (JobStatus.COMPLETED, JobStatus.COMPLETED)
    assert errors == []
    assert line["message"].startswith("25 imported readings were not computed afresh")


def test_an_imported_reading_that_claims_a_definition_is_found(moving: MovingDesk, tmp_path: Path) -> None:
    job = moving.run(moving.submit(moving.legacy(written(tmp_path, GOOD))))
    desk = moving.desk
    validating = ValidationDesk(moving.uow, desk.engine, desk.data, desk.calendars, desk.clock, ids=700)
    with desk.engine.begin() as connection:
        claim = f"UPDATE {HISTORY} SET definition_hash = 'abc' WHERE job_id = '{job.id}' AND session = '{DAYS[3]}'"
        assert connection.exec_driver_sql(claim).rowcount == 1

    assert validating.found(validating.validate(definition="legacy"))["definition"] == [DAYS[3]]


@pytest.mark.parametrize("place", ["before:chunk:1", "after:chunk:1", "after:chunk:2", "before:publish:1"])
def test_a_killed_import_ends_the_same(moving: MovingDesk, tmp_path: Path, place: str) -> None:
    job = moving.submit(moving.legacy(written(tmp_path, [*GOOD, *BAD["value"]])))

    moving.run(job, place)

    assert moving.desk.live("legacy").is_empty()
    assert moving.run(job).status is JobStatus.COMPLETED
    assert moving.desk.live("legacy").height == len(GOOD)
    with moving.uow() as uow:
        assert len(uow.migrations.rejected(job.id)) == len(BAD["value"])


def test_an_import_that_was_killed_at_every_chunk_ends_like_one_that_was_not(
    moving: MovingDesk, tmp_path: Path
) -> None:
    source = written(tmp_path, [*GOOD, *BAD["value"]])
    moving.run(moving.submit(moving.legacy(source, index="undisturbed")))
    job = moving.submit(moving.legacy(source))

    ended = moving.run_killed_at_every_chunk(job)

    assert ended.status is JobStatus.COMPLETED
    assert moving.desk.live("legacy").drop(*KEYED).equals(moving.desk.live("undisturbed").drop(*KEYED))
    with moving.uow() as uow:
        assert len(uow.migrations.rejected(job.id)) == len(BAD["value"])


def test_a_source_that_changed_since_the_plan_is_not_imported(moving: MovingDesk, tmp_path: Path) -> None:
    job = moving.submit(moving.legacy(written(tmp_path, GOOD)))
    written(tmp_path, [*GOOD[:-1], row(24, value="99")])

    ended = moving.run(job)

    assert ended.failure is not None
    assert ended.failure.code == "source-moved"
    assert moving.desk.live("legacy").is_empty()


def test_staged_values_wait_for_their_promotion(moving: MovingDesk, tmp_path: Path) -> None:
    job = moving.run(moving.submit(moving.legacy(written(tmp_path, GOOD), Publish.MANUAL)))
    before = moving.desk.live("legacy").height

    moving.desk.promote(job)

    assert (before, moving.desk.live("legacy").height) == (0, len(GOOD))


@pytest.mark.parametrize("publish", list(Publish))
def test_an_import_is_taken_back_once(moving: MovingDesk, tmp_path: Path, publish: Publish) -> None:
    job = moving.run(moving.submit(moving.legacy(written(tmp_path, GOOD), publish)))

    moving.reverse(job)

    assert moving.desk.live("legacy").is_empty()
    with pytest.raises(NotReversible):
        moving.reverse(job)


def test_a_database_and_a_parquet_file_answer_the_same(moving: MovingDesk, tmp_path: Path) -> None:
    parquet = written(tmp_path, GOOD, "old.parquet")
    database = sa.create_engine(f"sqlite:///{tmp_path}/old.db")
    with database.begin() as connection:
        columns = ", ".join(f"{name} TEXT" for name in GOOD[0])
        connection.exec_driver_sql(f"CREATE TABLE fear_greed_index ({columns})")
        marks = ", ".join("?" * len(GOOD[0]))
        connection.exec_driver_sql(
            f"INSERT INTO fear_greed_index VALUES ({marks})", [tuple(one.values()) for one in GOOD]
        )

    plans = [moving.migration.plan(moving.legacy(source)) for source in (parquet, f"sqlite:///{tmp_path}/old.db")]

    assert plans[0].counts == plans[1].counts == {"imported": 25, "rejected": 0}
    assert plans[0].pinned == plans[1].pinned


def test_the_batch_history_is_imported_job_by_job(moving: MovingDesk, tmp_path: Path) -> None:
    source = written(tmp_path, [one | {"job_id": job} for job in ("7", "8") for one in GOOD])

    with pytest.raises(InvalidParameters, match="legacyJob must name one of the 2 jobs") as refused:
        moving.submit(moving.legacy(source, table=HISTORY))
    job = moving.run(moving.submit(moving.legacy(source, table=HISTORY, legacy_job="8")))

    assert "7, 8" in refused.value.hint
    assert job.status is JobStatus.COMPLETED


def test_what_cannot_be_read_is_refused(moving: MovingDesk, tmp_path: Path) -> None:
    narrow = written(tmp_path, [{"date": "2020-01-02", "value": "1"}], "narrow.csv")

    for source, said in [
        (narrow, "has no column level, priceMomentum"),
        (tmp_path / "none.csv", "There is no file"),
        (tmp_path / "old.xls", "neither a CSV nor a Parquet"),
        (f"sqlite:///{tmp_path}/none.db", "There is no file"),
    ]:
        with pytest.raises(LegacyUnreadable, match=said):
            moving.submit(moving.legacy(source))
    with pytest.raises(NameTaken, match="name of a definition"):
        moving.submit(moving.legacy(written(tmp_path, GOOD), index="mini"))
    with pytest.raises(InvalidParameters, match="legacyTable"):
        moving.legacy(narrow, table="users")


def test_an_imported_index_is_renamed_too(moving: MovingDesk, tmp_path: Path) -> None:
    moving.run(moving.submit(moving.legacy(written(tmp_path, GOOD))))

    moving.run(moving.submit(moving.rename("legacy", "old-times")))

    assert moving.desk.live("old-times")["value"].to_list() == [place + 0.5 for place in range(25)]
    assert moving.desk.live("legacy").is_empty()
