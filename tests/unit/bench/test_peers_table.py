from bench.peers.measures import Backfill, Drain, Restart
from bench.peers.sides import SIDES, version
from bench.peers.table import Figures, markdown

WHOLE, TORN = Restart(0.5, 0.8, 0, 0), Restart(1.25, None, 2, 1)


def cells(figures: Figures, parts: str = "abc") -> list[str]:
    row = markdown({("engine", "1.0"): figures}, parts).splitlines()[2]
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_a_row_shows_the_median_of_its_rounds_and_the_highest_memory() -> None:
    drains = {1: [Drain(4000, 1500, 90, 10_000), Drain(5000, 1700, 80, 10_000)], 50: [Drain(6000, 3000, 120, 10_000)]}

    row = cells(Figures([Backfill(0.1, 0.13), Backfill(0.1, 0.11), Backfill(0.2, 0.12)], drains), "ab")

    assert row == ["engine", "1.0", "0.20", "5,000", "1,600", "3,000", "120"]


def test_a_restart_shows_the_slowest_moment_and_counts_both() -> None:
    row = cells(Figures(restarts={"before": [WHOLE], "after": [Restart(0.7, 0.9, 0, 3)]}), "c")

    assert row == ["engine", "1.0", "0.7", "0.9", "0 / 0", "0 / 3"]


def test_what_never_came_is_longer_than_the_limit() -> None:
    row = cells(Figures(restarts={"before": [TORN], "after": [WHOLE]}), "c")

    assert row == ["engine", "1.0", "1.2", "> 120", "2 / 0", "1 / 0"]


def test_a_side_that_failed_keeps_its_row_without_figures() -> None:
    assert cells(Figures()) == ["engine", "1.0", *["-"] * 9]


def test_parts_that_were_not_measured_have_no_columns() -> None:
    assert len(cells(Figures([Backfill(0.1, 0.2)]), "a")) == 3


def test_every_peer_has_a_pinned_version() -> None:
    assert [side.name for side in SIDES if not side.ours and not version(side)] == []
