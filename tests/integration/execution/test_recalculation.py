"""INDEX_RECALCULATION: a new generation beside the live index, then a decision."""

from collections.abc import Callable

import polars as pl
import pytest
import sqlalchemy as sa

from builders import MINI
from dart_batch.adapters.persistence.tables import history
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.job_types import index_recalculation
from dart_batch.application.use_cases.compare_generation import NothingCompared
from dart_batch.domain.index.errors import LiveIndexMoved, NotStaged
from dart_batch.domain.index.publication import GenerationStatus
from dart_batch.domain.index.weights import InvalidWeights
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import InvalidParameters, NothingToDo, PlanBroken
from dart_batch.domain.job.parameters import ValidationLevel
from dart_batch.domain.job.recalculation import Publish, Recalculation
from dart_batch.domain.job.status import JobStatus
from dart_batch.engine.comparison_summary import summarise
from index_desk import DAYS, QUARTER, IndexDesk

LATER = MINI.replace("version = 1", "version = 2").replace("mean(beta, 3)", "mean(beta, 4)")
READ = ["date", "value", "level", "coverage", "components", "input_hash", "withheld_reason"]


@pytest.fixture
def desk(uow: Callable[[], SqlUnitOfWork], engine: sa.Engine) -> IndexDesk:
    made = IndexDesk.of(uow, engine)
    made.backfill()
    return made


def test_a_recalculation_is_staged_beside_the_live_index(desk: IndexDesk) -> None:
    before = desk.fingerprint()

    job = desk.recalculate(QUARTER)

    assert (job.status, job.progress.processed) == (JobStatus.COMPLETED, len(DAYS))
    assert job.plan["counts"] == {"reused": len(DAYS)}
    assert desk.fingerprint() == before


def test_promotion_shows_what_a_backfill_with_the_new_definition_computes(desk: IndexDesk) -> None:
    job = desk.recalculate(QUARTER)

    desk.promote(job)

    promoted = desk.live()
    desk.backfill(definition=job.plan["definition"], overwrite_existing=True)
    assert promoted["job_id"].unique().to_list() == [job.id]
    assert promoted.select(READ).equals(desk.live().select(READ))
    assert job.plan["definition"].startswith("mini@1+")


@pytest.mark.parametrize("ahead", [0, 1, 7])
def test_how_much_is_read_at_once_changes_nothing(desk: IndexDesk, monkeypatch: pytest.MonkeyPatch, ahead: int) -> None:
    whole = desk.recalculate(QUARTER, publish=Publish.AUTO)
    expected = desk.live().select(READ)
    monkeypatch.setattr(index_recalculation, "AHEAD", ahead)

    desk.recalculate({"alpha": 1.0}, publish=Publish.AUTO)
    job = desk.recalculate(QUARTER, publish=Publish.AUTO, chunk_size=3)

    assert (job.status, job.plan["definition"]) == (JobStatus.COMPLETED, whole.plan["definition"])
    assert desk.live()["job_id"].unique().to_list() == [job.id]
    assert desk.live().select(READ).equals(expected)


def test_automatic_publication_needs_no_decision(desk: IndexDesk) -> None:
    job = desk.recalculate(QUARTER, publish=Publish.AUTO)

    assert desk.live()["job_id"].unique().to_list() == [job.id]
    assert desk.compare(job.id).status is None
    with pytest.raises(NotStaged, match="has staged nothing"):
        desk.promote(job)


def test_a_thorough_recalculation_is_recomputed_from_the_observations(desk: IndexDesk) -> None:
    job = desk.recalculate(QUARTER, validation_level=ValidationLevel.COMPREHENSIVE)

    assert job.status is JobStatus.COMPLETED
    assert "recomputation" in {check["code"] for check in job.verification or []}


def test_readings_stay_explainable_through_a_chain_of_recalculations(desk: IndexDesk) -> None:
    desk.promote(desk.recalculate(QUARTER))
    desk.observe("alpha", [DAYS[3]], [55.0])

    second = desk.recalculate({"alpha": 1.0}, validation_level=ValidationLevel.COMPREHENSIVE)
    desk.promote(second)

    last = desk.live().row(-1, named=True)
    lineage = desk.types[second.type].prepare(second).explain("KOSPI", last["date"])
    assert second.status is JobStatus.COMPLETED
    assert lineage.input_hash == last["input_hash"]
    assert second.plan["observed"]["KOSPI"] == [[str(DAYS[0]), str(DAYS[-1]), "2"]]


def test_another_definition_is_computed_from_the_observations(desk: IndexDesk) -> None:
    desk.define(LATER)

    job = desk.recalculate(definition="mini@2", index="mini")
    desk.promote(job)

    assert job.plan["counts"] == {"computed": len(DAYS)}
    assert desk.live()["definition"].unique().to_list() == ["mini@2"]


def test_going_back_to_the_old_weights_is_the_old_definition(desk: IndexDesk) -> None:
    first = desk.live().select(READ)
    desk.promote(desk.recalculate(QUARTER))

    back = desk.recalculate({"alpha": 0.5, "beta": 0.5})
    desk.promote(back)

    assert back.plan["definition"] == "mini@1"
    assert desk.live().select(READ).equals(first)


def test_sessions_that_are_not_published_are_skipped_with_the_reason(desk: IndexDesk) -> None:
    desk.roll_back(desk.publication())
    desk.backfill(date_range=DateRange(DAYS[0], DAYS[20]))

    plan = desk.plan(QUARTER)

    assert (plan.changed, plan.skipped) == (21, len(DAYS) - 21)
    assert {skip.reason for skip in plan.skips} == {"nothing is published for it; a backfill adds it"}


def test_nothing_published_leaves_nothing_to_recalculate(desk: IndexDesk) -> None:
    desk.roll_back(desk.publication())

    with pytest.raises(NothingToDo, match="a backfill adds it"):
        desk.recalculate(QUARTER)


def test_wrong_weights_and_a_missing_reason_are_refused(desk: IndexDesk) -> None:
    with pytest.raises(InvalidWeights, match="no component greed; the definition has alpha, beta"):
        desk.plan({"greed": 1.0})
    with pytest.raises(InvalidParameters, match="must say why"):
        Recalculation("  ")
    with pytest.raises(InvalidParameters, match="must say why"):
        desk.plan(QUARTER, details=None)


def test_a_discarded_generation_leaves_the_live_index_as_it_was(desk: IndexDesk) -> None:
    before, job = desk.fingerprint(), desk.recalculate(QUARTER)

    desk.discard(job)

    assert desk.fingerprint() == before
    with pytest.raises(NotStaged, match="was discarded before"):
        desk.promote(job)


def test_a_generation_is_promoted_once(desk: IndexDesk) -> None:
    job = desk.recalculate(QUARTER)
    desk.promote(job)
    before = desk.fingerprint()

    for verb in (desk.promote, desk.discard):
        with pytest.raises(NotStaged, match="was promoted before"):
            verb(job)

    assert desk.fingerprint() == before


def test_what_was_planned_against_another_index_is_not_promoted(desk: IndexDesk) -> None:
    stale, other = desk.recalculate(QUARTER), desk.recalculate({"alpha": 1.0})
    desk.promote(other)
    before = desk.fingerprint()

    with pytest.raises(LiveIndexMoved):
        desk.promote(stale)

    assert desk.fingerprint() == before
    assert desk.compare(stale.id).stale


def test_automatic_publication_of_what_is_no_longer_live_fails_the_job(desk: IndexDesk) -> None:
    waiting = desk.submit(QUARTER, publish=Publish.AUTO)
    desk.roll_back(desk.publication())

    job = desk.run(waiting)

    assert (job.status, job.failure and job.failure.code) == (JobStatus.FAILED, "live-index-moved")
    assert desk.live().is_empty()


def test_new_sessions_behind_the_recalculated_ones_do_not_make_it_stale(desk: IndexDesk) -> None:
    job = desk.recalculate(QUARTER, date_range=DateRange(DAYS[0], DAYS[9]))
    desk.backfill(date_range=DateRange(DAYS[20], DAYS[25]), overwrite_existing=True)

    desk.promote(job)

    assert desk.live()["job_id"].to_list()[:10] == [job.id] * 10


def test_what_follows_a_promotion_is_computed_as_what_is_live(desk: IndexDesk) -> None:
    first = desk.backfill(date_range=DateRange(DAYS[0], DAYS[-1]), overwrite_existing=True)
    job = desk.recalculate(QUARTER, date_range=DateRange(DAYS[20], DAYS[-1]))
    desk.promote(job)

    follows = desk.backfill(overwrite_existing=True)
    named = desk.backfill(definition="mini@1", overwrite_existing=True)
    afterwards = desk.backfill(overwrite_existing=True)

    assert follows.plan["definition"] == job.plan["definition"]
    assert [one.plan["definition"] for one in (first, named, afterwards)] == ["mini@1"] * 3


def test_a_discarded_variant_is_never_used_unasked(desk: IndexDesk) -> None:
    desk.discard(desk.recalculate(QUARTER))

    assert desk.backfill(overwrite_existing=True).plan["definition"] == "mini@1"


def test_a_backfill_can_wait_for_a_decision_too(desk: IndexDesk) -> None:
    before = desk.fingerprint()

    job = desk.backfill(publish=Publish.MANUAL, overwrite_existing=True)

    assert desk.fingerprint() == before
    assert summarise(desk.compare(job.id).comparison).changed == 0
    desk.promote(job)
    assert desk.live()["job_id"].unique().to_list() == [job.id]


def test_the_difference_is_that_of_the_planned_index_whatever_happens_later(desk: IndexDesk) -> None:
    old = desk.live()["value"]
    job = desk.recalculate(QUARTER)
    staged = desk.compare(job.id, "kospi")
    desk.promote(job)

    found = desk.compare(job.id)

    assert (staged.status, found.status) == (GenerationStatus.STAGED, GenerationStatus.PROMOTED)
    assert found.comparison.frame["old"].equals(old.rename("old"))
    assert found.comparison.frame["new"].equals(desk.live()["value"].rename("new"))
    assert found.comparison.table.equals(staged.comparison.table)
    assert summarise(found.comparison).changed > 0
    with pytest.raises(InvalidParameters, match="not CNN"):
        desk.compare(job.id, "CNN")


def test_what_was_published_at_once_compares_nothing(desk: IndexDesk) -> None:
    job = desk.backfill(overwrite_existing=True)

    with pytest.raises(NothingCompared):
        desk.compare(job.id)


def test_readings_that_were_deleted_since_the_plan_fail_the_job(desk: IndexDesk) -> None:
    chunk = desk.plan(QUARTER).chunks[0]
    job = desk.recalculate(QUARTER)
    with desk.engine.begin() as connection:
        connection.execute(history.delete().where(history.c.session == DAYS[4]))

    with pytest.raises(PlanBroken, match="only 9 of its 10"):
        desk.types[job.type].prepare(job).process(chunk)


def test_work_by_chunk_gives_the_same_readings(desk: IndexDesk) -> None:
    job = desk.recalculate(QUARTER)
    chunks = desk.plan(QUARTER).chunks
    work, sparing = (desk.types[job.type].prepare(job) for _ in range(2))
    sparing.shed()

    whole, parts = (pl.concat([one.process(chunk) for chunk in chunks]) for one in (work, sparing))

    assert whole.equals(parts)
    assert work.sessions("KOSPI") == DAYS
