"""Rollback of publications, and the index as it was at a moment."""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest
import sqlalchemy as sa

from builders import NOW
from dart_batch.adapters.persistence.tables import history
from dart_batch.adapters.persistence.unit_of_work import SqlUnitOfWork
from dart_batch.domain.index.errors import NotRolledBack, PublicationNotFound
from dart_batch.domain.job.date_range import DateRange
from index_desk import DAYS, QUARTER, IndexDesk

POLLS = 100_000
HALF = DateRange(DAYS[10], DAYS[40])


@pytest.fixture
def desk(uow: Callable[[], SqlUnitOfWork], engine: sa.Engine) -> IndexDesk:
    made = IndexDesk.of(uow, engine)
    made.backfill()
    return made


def test_promotion_and_rollback_bring_back_the_same_bytes_and_pointers(desk: IndexDesk) -> None:
    before = desk.fingerprint()
    desk.promote(desk.recalculate(QUARTER, date_range=HALF))
    between = desk.fingerprint()

    desk.roll_back(desk.publication())

    assert between != before
    assert desk.fingerprint() == before


def test_a_rollback_uncovers_what_was_published_below_piece_by_piece(desk: IndexDesk) -> None:
    desk.promote(desk.recalculate(QUARTER, date_range=DateRange(DAYS[5], DAYS[20])))
    before = desk.fingerprint()
    desk.promote(desk.recalculate({"alpha": 1.0}, date_range=HALF))

    desk.roll_back(desk.publication())

    assert desk.fingerprint() == before


def test_a_rolled_back_first_publication_leaves_nothing_live(desk: IndexDesk) -> None:
    desk.roll_back(desk.publication())

    assert desk.live().is_empty()
    assert desk.pointers() == []


def test_a_covered_publication_is_rolled_back_only_after_those_on_top(desk: IndexDesk) -> None:
    first = desk.publication()
    desk.promote(desk.recalculate(QUARTER, date_range=HALF))
    second, before = desk.publication(), desk.fingerprint()

    with pytest.raises(NotRolledBack, match=second):
        desk.roll_back(first)
    refused = desk.fingerprint()
    desk.roll_back(second)
    desk.roll_back(first)

    assert refused == before
    assert desk.live().is_empty()


def test_a_later_publication_beside_it_does_not_keep_one_from_being_rolled_back(desk: IndexDesk) -> None:
    desk.promote(desk.recalculate(QUARTER, date_range=DateRange(DAYS[0], DAYS[9])))
    early = desk.publication()
    late = desk.recalculate({"alpha": 1.0}, date_range=HALF)
    desk.promote(late)

    desk.roll_back(early)

    assert desk.live()["job_id"].n_unique() == 2
    assert desk.live()["job_id"].to_list().count(late.id) == 31


def test_what_is_no_publication_or_was_taken_back_is_refused(desk: IndexDesk) -> None:
    first = desk.publication()
    desk.roll_back(first)

    with pytest.raises(NotRolledBack, match="rolled back before"):
        desk.roll_back(first)
    with pytest.raises(NotRolledBack, match="is a rollback itself"):
        desk.roll_back(desk.publication())
    with pytest.raises(PublicationNotFound):
        desk.roll_back("nonsense")


def test_the_history_of_publications_keeps_every_act(desk: IndexDesk) -> None:
    first = desk.publication()
    desk.promote(desk.recalculate(QUARTER, date_range=HALF))
    second = desk.publication()
    desk.roll_back(second)

    acts, total = desk.publications.acts("KOSPI", "mini", 10)

    assert total == 3
    assert [(act["kind"], act["undoes"]) for act in acts] == [
        ("ROLLBACK", second),
        ("PUBLISH", None),
        ("PUBLISH", None),
    ]
    assert [act["id"] for act in acts[1:]] == [second, first]
    assert [act["undone_by"] for act in acts] == [None, acts[0]["id"], None]
    assert {(act["first"], act["last"]) for act in acts[:2]} == {(HALF.start, HALF.end)}


def test_the_index_as_of_each_moment_is_what_a_reader_saw_then(desk: IndexDesk) -> None:
    seen = []
    acts: list[Callable[[], object]] = [
        lambda: desk.promote(desk.recalculate(QUARTER, date_range=HALF)),
        lambda: desk.promote(desk.recalculate({"alpha": 1.0}, date_range=DateRange(DAYS[30], DAYS[-1]))),
        lambda: desk.roll_back(desk.publication()),
        lambda: desk.backfill(date_range=HALF, overwrite_existing=True),
    ]
    for act in acts:
        seen.append((desk.clock.now(), desk.live()))
        act()
    seen.append((desk.clock.now(), desk.live()))

    for moment, live in seen:
        assert desk.publications.readings("KOSPI", "mini", moment, components=True).equals(live)
    assert desk.publications.readings("KOSPI", "mini", NOW, components=True).is_empty()
    narrow = desk.publications.readings("KOSPI", "mini", seen[1][0], (DAYS[9], DAYS[11]), components=False)
    assert narrow["date"].to_list() == DAYS[9:12]


def test_a_row_that_was_deleted_is_missing_at_every_moment_it_was_live(desk: IndexDesk) -> None:
    job = desk.recalculate(QUARTER)
    desk.promote(job)
    with desk.engine.begin() as connection:
        connection.execute(history.delete().where(history.c.job_id == job.id, history.c.session == DAYS[7]))

    found = desk.publications.readings("KOSPI", "mini", desk.clock.now(), components=True)

    assert found.equals(desk.live())
    assert DAYS[7] not in found["date"]


def test_a_day_tells_every_value_it_ever_had(desk: IndexDesk) -> None:
    old = desk.live()
    desk.promote(desk.recalculate(QUARTER))
    new = desk.live()
    desk.roll_back(desk.publication())

    rows = desk.publications.of_session("KOSPI", "mini", DAYS[30])

    values = [old["value"][30], new["value"][30], old["value"][30]]
    assert [row["value"] for row in rows] == values
    assert [row["until"] for row in rows] == [rows[1]["since"], rows[2]["since"], None]
    assert rows[2]["until"] is None
    assert rows[1]["since"] - rows[0]["since"] > timedelta(0)
    assert '"a test"' in rows[1]["parameters"]
    assert desk.publications.of_session("KOSPI", "mini", DAYS[0].replace(year=1999)) == []


@pytest.mark.sqlite_only
def test_a_reader_that_polls_all_the_time_sees_whole_generations_only(desk: IndexDesk) -> None:
    few = DateRange(DAYS[10], DAYS[16])
    jobs = {desk.live()["job_id"][0]}
    seen: Counter[tuple[str, str, int]] = Counter()

    def poll() -> None:
        shown = (
            "SELECT min(h.job_id), max(h.job_id), count(*) FROM index_segments s JOIN fear_greed_batch_history h "
            "ON h.job_id = s.job_id AND h.market = s.market AND h.session BETWEEN s.first_session AND s.last_session "
            "WHERE h.session BETWEEN ? AND ?"
        )
        with closing(sqlite3.connect(str(desk.engine.url.database))) as connection:
            for _ in range(POLLS):
                seen[connection.execute(shown, (str(few.start), str(few.end))).fetchone()] += 1

    reader = threading.Thread(target=poll)
    reader.start()
    while reader.is_alive():
        job = desk.recalculate(QUARTER, date_range=few)
        jobs.add(job.id)
        desk.promote(job)
        desk.roll_back(_newest_publish(desk))
    reader.join()

    assert {(first, last) for first, last, _ in seen} <= {(one, one) for one in jobs}
    assert {count for *_, count in seen} == {7}
    assert len(seen) > 2
    assert seen.total() == POLLS


def _newest_publish(desk: IndexDesk) -> str:
    acts, _ = desk.publications.acts("KOSPI", "mini", 10)
    return next(str(act["id"]) for act in acts if act["kind"] == "PUBLISH" and act["undone_by"] is None)
