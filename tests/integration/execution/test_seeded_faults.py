"""What is stored is corrupted in many ways; the right check finds each, where it is, and no other one objects."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from builders import MINI
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.job_types.computation import Computation
from dart_batch.application.job_types.validation import planning
from dart_batch.domain.job.recalculation import Publish
from dart_batch.domain.job.status import JobStatus
from dart_batch.engine.definition_file import parse_definition
from fakes.market_data import append, series_frame
from index_desk import DAYS
from validation_desk import HISTORY, ValidationDesk

DAY, NEXT = DAYS[30], DAYS[31]
SATURDAY = date(2020, 2, 15)
COPIED = "definition, definition_hash, value, level, coverage, components, input_hash, withheld_reason, created_at"
pytestmark = pytest.mark.sqlite_only
Fault = Callable[[ValidationDesk], None]


@pytest.fixture
def desk(uow: Callable[[], SqlUnitOfWork], engine: sa.Engine) -> ValidationDesk:
    made = ValidationDesk.of(uow, engine)
    assert isinstance(made, ValidationDesk)
    assert made.backfill().status is JobStatus.COMPLETED
    return made


def component(desk: ValidationDesk, day: date, name: str, **changes: Any) -> None:
    stored = json.loads(desk.reading(day)["components"])
    stored[name] |= changes
    desk.set_reading(day, components=json.dumps(stored))


def copied(desk: ValidationDesk, day: date, job: str, market: str = "KOSPI") -> None:
    """Another row like that of DAY."""
    desk.damage(
        f"INSERT INTO {HISTORY} (job_id, market, session, {COPIED}) "
        f"SELECT ?, ?, ?, {COPIED} FROM {HISTORY} WHERE session = ?",
        job,
        market,
        str(day),
        str(DAY),
    )


def overlapping(desk: ValidationDesk) -> None:
    desk.damage(
        "INSERT INTO index_segments VALUES (?, ?, ?, ?, ?, ?)",
        *("KOSPI", "mini", str(DAY), str(DAY), desk.pointers()[0][4], "none"),
    )


def without(desk: ValidationDesk, name: str) -> None:
    stored = json.loads(desk.reading(DAY)["components"])
    del stored[name]
    desk.set_reading(DAY, components=json.dumps(stored))


def frozen(desk: ValidationDesk) -> None:
    for day in DAYS[30:40]:
        component(desk, day, "alpha", raw=7.25)


def lost(desk: ValidationDesk) -> None:
    component(desk, DAY, "beta", score=None)


FAULTS: dict[str, tuple[Fault, dict[str, list[date]]]] = {
    "a reading is deleted": (
        lambda desk: desk.damage(f"DELETE FROM {HISTORY} WHERE session = ?", str(DAY)),
        {"calendar-gaps": [DAY], "ledger": [DAYS[30]], "publication": [DAYS[0]]},
    ),
    "a reading stands on a Saturday": (
        lambda desk: copied(desk, SATURDAY, "id-001"),
        {"non-sessions": [SATURDAY], "ledger": [DAYS[30]], "publication": [DAYS[0]]},
    ),
    "two runs show the same session": (overlapping, {"duplicates": [DAY]}),
    "a value is above 100": (
        lambda desk: desk.set_reading(DAY, value=130.0, level="EXTREME_GREED"),
        {"range": [DAY], "contributions": [DAY], "publication": [DAYS[0]], "recomputation": [DAY]},
    ),
    "a value is negative": (
        lambda desk: desk.set_reading(DAY, value=-3.0, level="EXTREME_FEAR"),
        {"range": [DAY], "contributions": [DAY], "publication": [DAYS[0]], "recomputation": [DAY]},
    ),
    "a value is a little off": (
        lambda desk: desk.set_reading(DAY, value=desk.reading(DAY)["value"] + 1e-9),
        {"publication": [DAYS[0]], "recomputation": [DAY]},
    ),
    "a level does not match its value": (
        lambda desk: desk.set_reading(DAY, level="NEUTRAL" if desk.reading(DAY)["level"] != "NEUTRAL" else "FEAR"),
        {"level": [DAY], "recomputation": [DAY]},
    ),
    "a level is none": (
        lambda desk: desk.set_reading(DAY, level="VERY_GREEDY"),
        {"level": [DAY], "recomputation": [DAY]},
    ),
    "a value is gone without a reason": (
        lambda desk: desk.set_reading(DAY, value=None, level=None),
        {"nulls": [DAY], "publication": [DAYS[0]], "recomputation": [DAY]},
    ),
    "a value is there with a reason why not": (
        lambda desk: desk.set_reading(DAY, withheld_reason="coverage 0.10 is below the minimum 0.50"),
        {"nulls": [DAY], "recomputation": [DAY]},
    ),
    "a coverage is above 1": (
        lambda desk: desk.set_reading(DAY, coverage=1.5),
        {"coverage": [DAY], "coverage-sum": [DAY], "publication": [DAYS[0]], "recomputation": [DAY]},
    ),
    "a value is published below the minimum": (
        lambda desk: desk.set_reading(DAY, coverage=0.25),
        {"coverage": [DAY], "coverage-sum": [DAY], "publication": [DAYS[0]], "recomputation": [DAY]},
    ),
    "a coverage is not that of the components": (
        lambda desk: desk.set_reading(DAY, coverage=0.75),
        {"coverage-sum": [DAY], "publication": [DAYS[0]], "recomputation": [DAY]},
    ),
    "a declared weight was changed": (
        lambda desk: component(desk, DAY, "alpha", weight=0.6),
        {"weights": [DAY], "recomputation": [DAY]},
    ),
    "effective weights do not add up": (
        lambda desk: component(desk, DAY, "alpha", effectiveWeight=0.6),
        {"effective-weights": [DAY], "recomputation": [DAY]},
    ),
    "a contribution does not add up": (
        lambda desk: component(desk, DAY, "alpha", contribution=1.0),
        {"contributions": [DAY], "recomputation": [DAY]},
    ),
    "a score is above 100": (
        lambda desk: component(desk, DAY, "beta", score=101.0),
        {"component-range": [DAY], "recomputation": [DAY]},
    ),
    "a component is not stored": (
        lambda desk: without(desk, "beta"),
        {"components": [DAY], "recomputation": [DAY]},
    ),
    "components cannot be read": (
        lambda desk: desk.set_reading(DAY, components='{"alpha": {"sco'),
        {"components": [DAY, DAY], "recomputation": [DAY]},
    ),
    "a component lost its score": (
        lost,
        {
            "component-missing": [DAY],
            "coverage-sum": [DAY],
            "effective-weights": [DAY],
            "recomputation": [DAY],
        },
    ),
    "a component is frozen": (frozen, {"frozen": [DAYS[39]], "recomputation": DAYS[30:40]}),
    "an input hash is none": (
        lambda desk: desk.set_reading(DAY, input_hash="?"),
        {"input-hash": [DAY], "lineage": [DAY], "publication": [DAYS[0]]},
    ),
    "an input hash is another": (
        lambda desk: desk.set_reading(DAY, input_hash="0" * 32),
        {"lineage": [DAY], "publication": [DAYS[0]]},
    ),
    "the job is gone": (
        lambda desk: desk.damage("DELETE FROM batch_jobs WHERE id = 'id-001'"),
        {"job-missing": DAYS},
    ),
    "the definition is gone": (
        lambda desk: desk.damage("DELETE FROM index_definitions WHERE name = 'mini'"),
        {"definition": DAYS},
    ),
    "a reading names another definition": (
        lambda desk: desk.set_reading(DAY, definition_hash="f" * 64),
        {"definition": [DAY]},
    ),
    "the recorded hash of a publication was changed": (
        lambda desk: desk.damage("UPDATE index_publications SET content_hash = ?", "0" * 64),
        {"publication": [DAYS[0]]},
    ),
    "the recorded sessions of a publication were changed": (
        lambda desk: desk.damage("UPDATE index_publications SET sessions = sessions + 1"),
        {"publication": [DAYS[0]]},
    ),
    "the ledger claims more than is there": (
        lambda desk: desk.damage("UPDATE batch_chunks SET written = written + 1 WHERE number = 2"),
        {"ledger": [DAYS[10]]},
    ),
    "a session before the end is not shown": (
        lambda desk: desk.damage("UPDATE index_segments SET last_session = ?", str(DAYS[-2])),
        {"behind": [DAYS[-2]]},
    ),
}


def test_a_clean_store_has_no_finding(desk: ValidationDesk) -> None:
    job = desk.validate()

    assert job.status is JobStatus.COMPLETED
    assert desk.found(job) == {}
    assert all(check["passed"] and check["checked"] for check in job.verification or [] if check["code"] != "revised")


@pytest.mark.parametrize("ahead", [1000, 9], ids=["all-read-at-once", "read-piece-by-piece"])
@pytest.mark.parametrize("name", FAULTS)
def test_a_seeded_fault_is_found_by_its_own_check(
    desk: ValidationDesk, monkeypatch: pytest.MonkeyPatch, name: str, ahead: int
) -> None:
    monkeypatch.setattr(planning, "AHEAD", ahead)
    fault, expected = FAULTS[name]
    fault(desk)

    job = desk.validate(chunk_size=4 if ahead < 1000 else 20)

    assert desk.found(job) == expected
    assert job.status is JobStatus.COMPLETED
    assert {check["code"] for check in job.verification or [] if not check["passed"]} == set(expected)


def test_a_session_that_no_run_shows_is_a_gap(desk: ValidationDesk) -> None:
    row = desk.pointers()[0]
    desk.damage("UPDATE index_segments SET last_session = ?", str(DAYS[29]))
    desk.damage("INSERT INTO index_segments VALUES (?, ?, ?, ?, ?, ?)", *row[:2], str(NEXT), str(DAYS[-1]), *row[4:])

    assert desk.found(desk.validate()) == {"calendar-gaps": [DAY]}


def test_readings_of_the_future_are_told_from_other_differences(desk: ValidationDesk) -> None:
    corrected = series_frame([("alpha", DAYS[28], 1000.0)], known_at=datetime(2020, 2, 19, 6, 30, tzinfo=UTC))
    append(desk.data, "KOSPI", corrected)
    job = desk.backfill(overwrite_existing=True)
    computation = Computation("KOSPI", job, parse_definition(MINI, "mini"), desk.data, desk.calendars)
    ahead = computation.fresh(DAY, NEXT, foreseeing=True)
    for row in ahead.iter_rows(named=True):
        desk.set_reading(row.pop("session"), **row)

    assert desk.found(desk.validate()) == {"look-ahead": [DAY, NEXT], "publication": [DAYS[0]]}


def test_a_value_that_was_published_anew_is_news_to_the_next_validation(desk: ValidationDesk) -> None:
    first = desk.validate()
    weights = {"alpha": 1.0, "beta": 0.0}
    desk.recalculate(weights, publish=Publish.AUTO)

    second, third = desk.validate(), desk.validate()

    assert desk.found(first) == {}
    assert set(desk.found(second)) == {"revised"}
    assert len(desk.found(second)["revised"]) > 20
    assert desk.found(third) == {}
