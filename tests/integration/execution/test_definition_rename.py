"""A definition gets another name: the same index, the same lineage, all at once, and back again."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

from builders import MINI, parameters
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.application.definitions import definition_of
from dart_batch.application.use_cases.explain_reading import ExplainReading
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.migration import DefinitionRename
from dart_batch.domain.job.migration_errors import IndexBusy, NameTaken, NothingPublished, NotReversible
from dart_batch.domain.job.recalculation import Publish
from dart_batch.domain.job.status import JobStatus
from index_desk import BACKFILL, DAYS, QUARTER, IndexDesk
from moving_desk import MOVE, MovingDesk

KEYED = ("definition", "definition_hash", "job_id")
PLACES = [f"{moment}:{where}" for moment in ("before", "after") for where in ("chunk:1", "chunk:4", "chunk:7")]


@pytest.fixture
def moving(uow: Callable[[], SqlUnitOfWork], engine: sa.Engine, tmp_path: Path) -> MovingDesk:
    """A live index from two definitions: the middle of it was recalculated with other weights."""
    desk = IndexDesk.of(uow, engine)
    desk.backfill()
    desk.recalculate(QUARTER, publish=Publish.AUTO, date_range=DateRange(DAYS[20], DAYS[39]))
    return MovingDesk(desk, tmp_path / "unused.db")


def values(desk: IndexDesk, name: str) -> pl.DataFrame:
    return desk.live(name).drop(*KEYED)


def test_the_new_name_shows_the_same_and_the_old_one_nothing(moving: MovingDesk) -> None:
    before, live = values(moving.desk, "mini"), moving.desk.live()

    job = moving.run(moving.submit(moving.rename("mini", "mood")))

    assert job.status is JobStatus.COMPLETED
    assert values(moving.desk, "mood").equals(before)
    assert moving.desk.live().is_empty()
    named = [key.split("+")[0] for key in moving.desk.live("mood")["definition"]]
    assert named == [key.split("+")[0].replace("mini", "mood") for key in live["definition"]]


def test_the_renamed_definitions_are_stored_and_score_the_same(moving: MovingDesk) -> None:
    old = {row[0] for row in moving.desk.live().select("definition_hash").unique().rows()}
    moving.run(moving.submit(moving.rename("mini", "mood")))
    new = {row[0] for row in moving.desk.live("mood").select("definition_hash").unique().rows()}

    with moving.uow() as uow:
        found = {content_hash: definition_of(uow, content_hash) for content_hash in old | new}

    assert {found[one].name for one in new if found[one]} == {"mood"}
    assert len({one.scoring_hash for one in found.values() if one}) == 1


def test_lineage_still_explains_and_hashes_to_the_readings_own(moving: MovingDesk) -> None:
    moving.run(moving.submit(moving.rename("mini", "mood")))
    job_id = moving.desk.live("mood")["job_id"][30]

    for day in (DAYS[30], DAYS[50]):
        job, lineage = ExplainReading(moving.uow, moving.types | {MOVE: moving.migration})(job_id, "KOSPI", day)
        reading = moving.desk.live("mood").filter(pl.col("date") == day)
        assert job.id == job_id
        assert lineage.input_hash == reading["input_hash"][0]


def test_a_backfill_by_the_new_name_finds_nothing_left_to_do(moving: MovingDesk) -> None:
    moving.run(moving.submit(moving.rename("mini", "mood")))

    plan = moving.types[BACKFILL].plan(parameters(**(moving.desk._given() | {"definition": "mood"})))

    assert plan.items == 0


def test_the_old_name_keeps_its_history(moving: MovingDesk) -> None:
    before, at = values(moving.desk, "mini"), moving.desk.clock.now()
    moving.run(moving.submit(moving.rename("mini", "mood")))

    then = moving.desk.publications.readings("KOSPI", "mini", at, components=True)
    now = moving.desk.publications.readings("KOSPI", "mini", moving.desk.clock.now(), components=True)

    assert then.drop(*KEYED).equals(before)
    assert now.is_empty()


@pytest.mark.parametrize("place", [*PLACES, "before:publish:1"])
def test_until_its_end_a_rename_is_not_seen_and_a_killed_one_ends_the_same(moving: MovingDesk, place: str) -> None:
    before, fingerprint = values(moving.desk, "mini"), moving.desk.fingerprint()
    job = moving.submit(moving.rename("mini", "mood"))

    moving.run(job, place)

    assert moving.desk.fingerprint() == fingerprint
    assert moving.desk.live("mood").is_empty()
    assert moving.run(job).status is JobStatus.COMPLETED
    assert values(moving.desk, "mood").equals(before)


def test_a_rename_that_was_killed_at_every_chunk_ends_the_same(moving: MovingDesk) -> None:
    before = values(moving.desk, "mini")

    ended = moving.run_killed_at_every_chunk(moving.submit(moving.rename("mini", "mood")))

    assert ended.status is JobStatus.COMPLETED
    assert values(moving.desk, "mood").equals(before)


def test_reversal_restores_the_old_name_exactly(moving: MovingDesk) -> None:
    before = moving.desk.live()
    job = moving.run(moving.submit(moving.rename("mini", "mood")))

    said = moving.reverse(job)

    assert said.startswith(f"{len(DAYS)} sessions are shown as mini again")
    assert moving.desk.live().equals(before)
    assert moving.desk.live("mood").is_empty()


def test_a_rename_can_be_repeated_after_its_reversal(moving: MovingDesk) -> None:
    before = values(moving.desk, "mini")
    moving.reverse(moving.run(moving.submit(moving.rename("mini", "mood"))))

    again = moving.run(moving.submit(moving.rename("mini", "mood")))

    assert again.status is JobStatus.COMPLETED
    assert values(moving.desk, "mood").equals(before)


def test_a_rename_that_was_published_on_is_not_taken_back(moving: MovingDesk) -> None:
    job = moving.run(moving.submit(moving.rename("mini", "mood")))
    moving.desk.backfill(definition="mood", overwrite_existing=True)

    with pytest.raises(NotReversible, match="published to since"):
        moving.reverse(job)


def test_an_index_that_moved_meanwhile_is_not_renamed(moving: MovingDesk) -> None:
    job = moving.submit(moving.rename("mini", "mood"))
    moving.run(job, "after:chunk:2")
    moving.desk.roll_back(moving.desk.publication())
    before = moving.desk.fingerprint()

    ended = moving.run(job)

    assert (ended.status, ended.failure and ended.failure.code) == (JobStatus.FAILED, "live-index-moved")
    assert moving.desk.fingerprint() == before
    assert moving.desk.live("mood").is_empty()


def test_names_that_do_not_fit_are_refused(moving: MovingDesk) -> None:
    with pytest.raises(NothingPublished, match="under the name nowhere"):
        moving.submit(moving.rename("nowhere", "mood"))
    with pytest.raises(InvalidParameters, match="has already"):
        DefinitionRename("mini", "mini")
    with pytest.raises(InvalidParameters, match="a-z"):
        DefinitionRename("mini", "Mood!")


def test_a_name_that_means_something_else_is_refused(moving: MovingDesk) -> None:
    moving.desk.define(MINI.replace('"mini"', '"mood"').replace("window = 5", "window = 7"))

    with pytest.raises(NameTaken, match="mood@1 is defined already"):
        moving.submit(moving.rename("mini", "mood"))


def test_unfinished_jobs_of_the_index_are_waited_for(moving: MovingDesk) -> None:
    span = DateRange(date(2020, 1, 1), date(2020, 1, 31))
    moving.desk.submit({"alpha": 0.5, "beta": 0.5}, date_range=span)

    with pytest.raises(IndexBusy, match="have not ended"):
        moving.submit(moving.rename("mini", "mood"))
