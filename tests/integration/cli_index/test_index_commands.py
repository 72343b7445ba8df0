"""`dart-batch index`: definitions and published readings, on the terminal and as files."""

import io
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from builders import MINI

Run = Callable[..., Any]
WHAT = ("--market", "KOSPI", "--definition", "mini")


def stored(home: Path) -> dict[str, float | None]:
    with sqlite3.connect(home / "dart-batch.db") as database:
        return dict(database.execute("SELECT session, value FROM fear_greed_batch_history ORDER BY session"))


def define(run: Run, text: str, *more: str) -> Any:
    Path("my.toml").write_text(text)
    return run("index", "define", "my.toml", *more)


def test_a_valid_definition_is_stored_and_listed_as_the_users_own(run: Run) -> None:
    assert "mini@1 is stored" in define(run, MINI).out

    listed = {item["identifier"]: item["origin"] for item in run("index", "list", "--json").json["definitions"]}
    assert listed == {"cnn@1": "shipped", "kospi@1": "shipped", "mini@1": "user", "us@1": "shipped"}


def test_checking_a_definition_stores_nothing(run: Run) -> None:
    assert "mini@1 is valid" in define(run, MINI, "--check").out
    assert "mini@1" not in run("index", "list").out


def test_every_problem_of_a_definition_is_shown_at_its_line_and_nothing_is_stored(run: Run) -> None:
    broken = MINI.replace('formula = "alpha"', 'formula = "men(alpha, 3)"').replace("fear = 45", "fear = 15")

    refused = define(run, broken)

    assert refused.code == 2
    assert "my.toml:24: component[1].formula: unknown operation `men`" in refused.err
    assert '   24 | formula = "men(alpha, 3)"\n      |            ^' in refused.err
    assert "my.toml:9: levels: upper bounds must ascend" in refused.err
    assert "2 problems; nothing was stored" in refused.err
    assert "mini@1" not in run("index", "list").out


def test_problems_are_answered_as_json_too(run: Run) -> None:
    refused = define(run, "name = 3", "--json")

    assert refused.code == 2
    assert refused.json["valid"] is False
    assert {problem["line"] for problem in refused.json["problems"]} == {1}


def test_a_version_cannot_get_another_content(run: Run) -> None:
    define(run, MINI)

    assert define(run, MINI).code == 0
    refused = define(run, MINI.replace("window = 5", "window = 6"))

    assert refused.code == 4
    assert "raise its version" in refused.err


@pytest.mark.parametrize(("name", "content"), [("absent.toml", None), ("binary.toml", b"\xff\xfe")])
def test_a_file_that_is_no_text_is_refused(run: Run, name: str, content: bytes | None) -> None:
    if content is not None:
        Path(name).write_bytes(content)

    refused = run("index", "define", name)

    assert refused.code == 2
    assert "Traceback" not in refused.err


def test_a_definition_is_shown_with_components_formulas_and_look_back(run: Run) -> None:
    shown = run("index", "show", "kospi").out

    assert "kospi@1  KOSPI Fear & Greed" in shown
    assert "priceMomentum (PRICE_MOMENTUM)  weight 0.25" in shown
    assert "kospi_close / mean(kospi_close, 125) - 1" in shown
    assert "proxy: realised volatility of the KOSPI in place of VKOSPI" in shown


def test_the_text_of_a_definition_can_be_stored_again(run: Run) -> None:
    text = run("index", "show", "us@1", "--toml").out

    assert define(run, text).code == 0


def test_an_unknown_definition_names_the_known_ones(run: Run) -> None:
    refused = run("index", "show", "moon")

    assert refused.code == 3
    assert "cnn@1, kospi@1, us@1" in refused.err


def test_nothing_published_says_how_to_begin(run: Run) -> None:
    refused = run("index", "show", "--market", "KOSPI")

    assert refused.code == 3
    assert "dart-batch backfill --market KOSPI" in refused.err


def test_what_is_published_is_listed_with_its_latest_value(index: Run, home: Path) -> None:
    values = stored(home)

    (row,) = index("index", "list", "--json").json["published"]

    assert (row["market"], row["definition"], row["sessions"]) == ("KOSPI", "mini", len(values))
    assert row["latest"]["value"] == values["2024-04-30"]


def test_readings_are_shown_with_level_coverage_and_reason(index: Run) -> None:
    shown = index("index", "show", *WHAT, "--from", "2024-03-08", "--to", "2024-03-14").out

    assert "withheld: coverage 0.00 is below the minimum 0.50" in shown
    assert "withheld: as above" in shown
    assert "neutral" not in shown.split("2024-03-11")[1].split("2024-03-12")[0]


def test_without_a_span_the_newest_sessions_are_shown(index: Run, home: Path) -> None:
    shown = index("index", "show", *WHAT).out

    assert f"The newest 20 of {len(stored(home))} sessions" in shown
    assert "2024-04-30" in shown


def test_the_only_published_market_needs_no_name(index: Run) -> None:
    assert index("index", "show", "--definition", "mini", "--from", "2024-04-30").code == 0


def test_json_has_every_reading_with_decoded_components(index: Run, home: Path) -> None:
    readings = index("index", "show", *WHAT, "--json").json["readings"]

    assert {row["date"]: row["value"] for row in readings} == stored(home)
    assert readings[-1]["components"]["beta"]["score"] is None


def test_one_session_is_shown_with_what_it_came_from(index: Run) -> None:
    shown = index("index", "show", *WHAT, "--date", "2024-02-15").out

    assert "the observations hash to it" in shown
    assert "alpha" in shown
    assert "contribution" in shown


def test_the_lineage_of_a_session_is_answered_as_json(index: Run) -> None:
    answer = index("index", "show", *WHAT, "--date", "2024-02-15", "--json").json

    lineage = answer["lineage"]
    assert lineage["verified"] is True
    assert {part["name"]: part["rows"] for part in lineage["inputs"]} == {"alpha": 5, "beta": 7}
    assert len(lineage["definitionHash"]) == 64


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--date", "2024-02-17"), 3, "Nothing is published"),
        (("--date", "soon"), 2, "YYYY-MM-DD"),
        (("--date", "2024-02-15", "--from", "2024-02-01"), 2, "--date for one session"),
        (("--from", "2024-02-15", "--to", "2024-02-01"), 2, "lies before"),
        (("--from", "2030-01-01"), 3, "Published for KOSPI: mini from 2024-01-02 to 2024-04-30"),
    ],
)
def test_days_that_make_no_sense_are_refused(index: Run, arguments: tuple[str, ...], code: int, words: str) -> None:
    refused = index("index", "show", *WHAT, *arguments)

    assert refused.code == code
    assert words in refused.err


def test_the_terminal_chart_shows_bands_and_withheld_sessions(index: Run) -> None:
    shown = index("index", "plot", *WHAT, "--components").out

    assert "  75 ┤" in shown
    assert "extreme fear" in shown
    assert "×" in next(line for line in shown.splitlines() if line.lstrip().startswith("cov"))
    assert shown.splitlines()[-1].split()[0] == "beta"


def test_the_terminal_chart_fits_eighty_columns(index: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")

    assert max(map(len, index("index", "plot", *WHAT).out.splitlines())) <= 80


@pytest.mark.parametrize("name", ["chart.png", "chart.svg"])
def test_a_chart_is_drawn_into_a_picture(index: Run, name: str) -> None:
    assert index("index", "plot", *WHAT, "--components", "--output", name).code == 0
    assert Path(name).stat().st_size > 10_000


def test_csv_has_every_stored_value_to_the_bit(index: Run, home: Path) -> None:
    assert index("index", "export", *WHAT, "--format", "csv", "--output", "out.csv").code == 0

    table = pl.read_csv("out.csv", schema_overrides={"value": pl.Float64})
    assert Path("out.csv").read_text().startswith("date,value,level,coverage,")
    assert dict(zip(table["date"], table["value"], strict=True)) == stored(home)
    assert {"alpha_score", "alpha_raw", "alpha_weight", "alpha_source", "beta_score"} <= set(table.columns)


def test_parquet_and_xlsx_hold_the_same_values_as_csv(index: Run, home: Path) -> None:
    for kind in ("parquet", "xlsx"):
        assert index("index", "export", *WHAT, "--format", kind, "--output", f"out.{kind}").code == 0

    values = list(stored(home).values())
    sheet = openpyxl.load_workbook("out.xlsx")["readings"]
    assert pl.read_parquet("out.parquet")["value"].to_list() == values
    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == values


def test_an_export_can_be_limited_to_days(index: Run) -> None:
    index("index", "export", *WHAT, "--from", "2024-02-01", "--to", "2024-02-07", "--output", "out.csv")

    assert pl.read_csv("out.csv").height == 5


def test_csv_goes_to_stdout_and_nothing_else_does(index: Run, home: Path) -> None:
    written = index("index", "export", *WHAT, "--format", "csv", "--output", "-").out

    assert pl.read_csv(io.StringIO(written)).height == len(stored(home))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--output", "out.dat"), "--format csv|parquet|xlsx"),
        (("--output", "-", "--format", "xlsx"), "Only CSV"),
        (("--output", "absent/out.csv"), "cannot be written"),
    ],
)
def test_an_export_that_cannot_be_made_is_refused(index: Run, arguments: tuple[str, ...], words: str) -> None:
    refused = index("index", "export", *WHAT, *arguments)

    assert refused.code == 2
    assert words in refused.err


def test_a_version_that_is_not_published_has_no_readings(index: Run) -> None:
    define(index, MINI.replace("version = 1", "version = 2"))

    assert index("index", "show", "--market", "KOSPI", "--definition", "mini@2").code == 3
    assert index("index", "show", "--market", "KOSPI", "--definition", "mini@1").code == 0
