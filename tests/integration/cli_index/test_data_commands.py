"""`dart-batch data`: imports are all or nothing, and what is stored can be seen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

QUOTES = (
    "date,ticker,open,high,low,close,volume\n2024-01-02,005930,70,72,69,71,1000\n2024-01-03,005930,71,73,70,72,900\n"
)


@pytest.fixture
def series(tmp_path: Path, series_csv: str) -> str:
    path = tmp_path / "components.csv"
    path.write_text(series_csv)
    return str(path)


@pytest.fixture
def damaged(tmp_path: Path) -> str:
    path = tmp_path / "damaged.csv"
    path.write_text("date,alpha\n2024-01-02,1\n2024-01-03,inf\n")
    return str(path)


def imported(run: Run, *more: str) -> list[dict[str, object]]:
    files: list[dict[str, object]] = run("data", "import", *more, "--yes", "--json").json["files"]
    return files


def test_a_file_is_imported_and_its_plan_is_shown(run: Run, series: str) -> None:
    done = run("data", "import", series, "--market", "KOSPI", "--as", "series", "--yes")

    assert done.code == 0
    assert "components.csv" in done.out
    assert "Imported 137 new observations and 0 corrections for KOSPI." in done.out


def test_the_same_file_again_brings_nothing_new_and_asks_nothing(run: Run, series: str) -> None:
    run("data", "import", series, "--market", "KOSPI", "--yes")

    again = run("data", "import", series, "--market", "KOSPI")

    assert again.code == 0
    assert "Nothing new" in again.out
    assert run("data", "describe", "--json").json["markets"][0]["revision"] == 1


def test_a_changed_value_is_a_correction(run: Run, series: str) -> None:
    run("data", "import", series, "--market", "KOSPI", "--yes")
    changed = Path(series).read_text().replace("2024-01-02,", "2024-01-02,9", 1)
    Path(series).write_text(changed)

    (file,) = imported(run, series, "--market", "KOSPI")

    assert (file["newRows"], file["correctedRows"]) == (0, 1)


def test_without_a_terminal_and_without_yes_nothing_is_imported(run: Run, series: str) -> None:
    refused = run("data", "import", series, "--market", "KOSPI")

    assert refused.code == 2
    assert "no terminal" in refused.err
    assert "--yes" in refused.err
    assert run("data", "describe", "--json").json == {"markets": []}


def test_a_dry_run_shows_the_plan_and_changes_nothing(run: Run, series: str) -> None:
    planned = run("data", "import", series, "--market", "KOSPI", "--dry-run", "--json")

    assert planned.json["imported"] is False
    assert planned.json["files"][0]["newRows"] == 137
    assert run("data", "describe", "--json").json == {"markets": []}


def test_one_damaged_file_keeps_all_files_out(run: Run, series: str, damaged: str) -> None:
    refused = run("data", "import", series, damaged, "--market", "KOSPI", "--as", "series", "--yes")

    assert refused.code == 2
    assert "non-finite" in refused.out
    assert "--accept-warnings" in refused.err
    assert run("data", "describe", "--json").json == {"markets": []}


def test_accepted_findings_leave_out_only_what_cannot_be_stored(run: Run, damaged: str) -> None:
    (file,) = imported(run, damaged, "--market", "KOSPI", "--as", "series", "--accept-warnings")

    assert (file["newRows"], file["droppedRows"]) == (1, 1)


def test_a_refused_import_answers_json_all_the_same(run: Run, damaged: str) -> None:
    refused = run("data", "import", damaged, "--market", "KOSPI", "--as", "series", "--yes", "--json")

    assert refused.code == 2
    assert refused.json["imported"] is False
    assert refused.json["files"][0]["findings"][0]["code"] == "non-finite"


def test_market_and_shape_are_taken_from_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "kospi_2024.csv").write_text(QUOTES)

    (file,) = imported(run, str(tmp_path / "kospi_2024.csv"))

    assert (file["market"], file["shape"], file["newRows"]) == ("KOSPI", "quotes", 2)


def test_a_file_that_names_no_market_is_refused_with_what_to_do(run: Run, tmp_path: Path) -> None:
    (tmp_path / "values.csv").write_text(QUOTES)

    refused = run("data", "import", "values.csv", "--yes")

    assert refused.code == 2
    assert "--market" in refused.err


@pytest.mark.parametrize(
    ("arguments", "code"), [(("absent.csv", "--market", "KOSPI"), 2), (("absent.csv", "--market", "MOON"), 3)]
)
def test_an_absent_file_or_an_unknown_market_is_one_sentence(run: Run, arguments: tuple[str, ...], code: int) -> None:
    refused = run("data", "import", *arguments, "--yes")

    assert refused.code == code
    assert "Traceback" not in refused.err


def test_an_empty_store_says_how_to_begin(run: Run) -> None:
    assert "dart-batch data import" in run("data", "describe").err
    assert "nothing yet" in run("data", "markets").out


def test_a_description_has_a_row_and_a_strip_per_series(index: Run) -> None:
    shown = index("data", "describe", "--market", "kospi").out

    assert "KOSPI: 2 series" in shown
    assert [line.split()[0] for line in shown.splitlines() if "█" in line] == ["alpha", "beta"]


def test_missing_sessions_are_counted(index: Run) -> None:
    alpha = index("data", "describe", "--json").json["markets"][0]["series"][0]

    assert (alpha["name"], alpha["missing"], alpha["first"]) == ("alpha", 3, "2024-01-02")


def test_coverage_is_drawn_into_a_picture(index: Run) -> None:
    assert index("data", "describe", "--output", "coverage.svg").code == 0
    assert Path("coverage.svg").read_text().startswith("<?xml")


@pytest.mark.parametrize(("name", "word"), [("coverage.gif", ".png"), ("absent/coverage.png", "folder")])
def test_a_picture_that_cannot_be_made_is_refused(index: Run, name: str, word: str) -> None:
    refused = index("data", "describe", "--market", "KOSPI", "--output", name)

    assert refused.code == 2
    assert word in refused.err


def test_markets_show_what_is_stored(index: Run) -> None:
    rows = {row["market"]: row for row in index("data", "markets", "--json").json["markets"]}

    assert (rows["KOSPI"]["calendar"], rows["KOSPI"]["series"], rows["KOSPI"]["last"]) == ("XKRX", 2, "2024-04-30")
    assert (rows["US"]["calendar"], rows["US"]["series"], rows["US"]["first"]) == ("XNYS", 0, None)
