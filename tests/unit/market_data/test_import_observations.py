"""The import as a user sees it: all files checked first, then stored one after the other."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dart_batch.application.ports.market_data import FileChanged, ImportBlocked, ImportPlan
from dart_batch.application.use_cases.import_observations import ImportObservations
from fakes.import_desk import PLAIN, ImportDesk

GOOD = "date,vkospi\n2024-01-02,14.5\n"
SATURDAY = "date,vkospi\n2024-01-05,15\n2024-01-06,16\n"
BROKEN = "date,vkospi\n2024-01-08,17\nx,18\n"


@pytest.fixture
def desk(tmp_path: Path) -> ImportDesk:
    return ImportDesk(tmp_path)


def planned(desk: ImportDesk, *texts: str) -> list[ImportPlan]:
    paths = [desk.write(text, f"kospi_{place}.csv") for place, text in enumerate(texts)]
    return use(desk).plan([replace(PLAIN, path=path) for path in paths])


def use(desk: ImportDesk, kept_bytes: int = 1_000_000) -> ImportObservations:
    return ImportObservations(desk.store, desk.importer, kept_bytes)


def test_each_file_becomes_one_batch(desk: ImportDesk) -> None:
    imported = use(desk)(planned(desk, GOOD, "date,vkospi\n2024-01-03,15\n"), accept_warnings=False)

    assert [(one.revision, one.plan.new_rows) for one in imported] == [(1, 1), (2, 1)]


def test_importing_twice_is_a_success_without_a_new_batch(desk: ImportDesk) -> None:
    use(desk)(planned(desk, GOOD), accept_warnings=False)

    again = use(desk)(planned(desk, GOOD), accept_warnings=False)

    assert [(one.revision, one.plan.new_rows, one.plan.known_rows) for one in again] == [(1, 0, 1)]


@pytest.mark.parametrize("bad", [SATURDAY, BROKEN])
def test_one_troubled_file_keeps_all_files_out(desk: ImportDesk, bad: str) -> None:
    with pytest.raises(ImportBlocked, match=r"trouble in kospi_1\.csv;") as refusal:
        use(desk)(planned(desk, GOOD, bad), accept_warnings=False)

    assert desk.store.revision("KOSPI") == 0
    assert "--accept-warnings" in refusal.value.hint


def test_accepted_trouble_is_stored_as_far_as_it_can_be(desk: ImportDesk) -> None:
    imported = use(desk)(planned(desk, SATURDAY, BROKEN), accept_warnings=True)

    assert [(one.plan.new_rows, one.plan.dropped_rows) for one in imported] == [(2, 0), (1, 1)]


def test_what_was_checked_is_what_is_stored_even_when_the_file_changes_meanwhile(desk: ImportDesk) -> None:
    plans = planned(desk, GOOD)
    desk.write(GOOD.replace("14.5", "99"), "kospi_0.csv")

    use(desk)(plans, accept_warnings=False)

    stored = desk.store.series("KOSPI", ["vkospi"], until=date(2024, 12, 31), revision=1)
    assert stored["value"].to_list() == [14.5]


def test_a_file_whose_rows_were_not_kept_and_that_changed_is_refused(desk: ImportDesk) -> None:
    small = use(desk, kept_bytes=0)
    plans = small.plan([replace(PLAIN, path=desk.write(GOOD))])
    desk.write(GOOD.replace("14.5", "99"))

    with pytest.raises(FileChanged):
        small(plans, accept_warnings=True)

    assert [plan.observations.is_empty() for plan in plans] == [True]
    assert desk.store.revision("KOSPI") == 0


def test_a_later_file_of_the_same_call_corrects_an_earlier_one(desk: ImportDesk) -> None:
    imported = use(desk)(planned(desk, GOOD, GOOD.replace("14.5", "14.6")), accept_warnings=False)

    assert [one.plan.corrected_rows for one in imported] == [0, 1]
