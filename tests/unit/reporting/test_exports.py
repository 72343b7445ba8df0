"""Files of readings: exact numbers, harmless text, same bytes for the same input."""

import io
from datetime import date

import openpyxl
import polars as pl
import pytest

from dart_batch.adapters.reporting.exports import FORMATS, write_table
from dart_batch.adapters.reporting.harmless import harmless_text
from dart_batch.adapters.reporting.reading_table import reading_table
from published import frame, reading

HARD = [60.46666666666667, 0.1 + 0.2, 5e-324, 1e-7, 99.99999999999999]


def written(table: pl.DataFrame, kind: str) -> bytes:
    stream = io.BytesIO()
    write_table(table, kind, stream, {"market": "KOSPI"})
    return stream.getvalue()


def table_of(values: list[float]) -> pl.DataFrame:
    return reading_table(frame(*(reading(date(2024, 1, 2 + at), value) for at, value in enumerate(values))))


def test_csv_writes_the_shortest_text_that_reads_back_the_same() -> None:
    lines = written(table_of(HARD), "csv").decode().splitlines()

    values = [line.split(",")[1] for line in lines[1:]]
    assert lines[0].startswith("date,value,level,coverage,")
    assert [float(value) for value in values] == HARD
    assert values[0] == "60.46666666666667"


def test_csv_leaves_a_withheld_value_empty(readings: pl.DataFrame) -> None:
    first = written(reading_table(readings), "csv").decode().splitlines()[1]

    assert first.startswith("2024-01-01,,,0.3,")


def test_xlsx_holds_every_digit_and_real_dates() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written(table_of(HARD), "xlsx")))["readings"]

    assert [row[1].value for row in sheet.iter_rows(min_row=2)] == HARD
    assert sheet["A2"].is_date
    assert sheet["C2"].value == "GREED"


def test_xlsx_tells_what_it_is(readings: pl.DataFrame) -> None:
    about = openpyxl.load_workbook(io.BytesIO(written(reading_table(readings), "xlsx")))["about"]

    assert (about["A2"].value, about["B2"].value) == ("market", "KOSPI")


def test_parquet_reads_back_as_the_same_table(readings: pl.DataFrame) -> None:
    table = reading_table(readings)

    assert pl.read_parquet(io.BytesIO(written(table, "parquet"))).equals(table)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_table_gives_the_same_bytes(kind: str, readings: pl.DataFrame) -> None:
    assert written(reading_table(readings), kind) == written(reading_table(readings), kind)


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\tx", "\r=x", "\n=x"])
def test_text_that_a_spreadsheet_would_run_gets_a_quote(text: str) -> None:
    table = pl.DataFrame({"text": [text, "plain", None], "number": [-1.5, 2.0, None]})

    safe = harmless_text(table)

    assert safe["text"].to_list() == [f"'{text}", "plain", None]
    assert safe["number"].to_list() == [-1.5, 2.0, None]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_title_that_a_spreadsheet_would_run_gets_a_quote(kind: str) -> None:
    content = written(pl.DataFrame({"=1+1": [1.0]}), kind)

    if kind == "csv":
        assert content.decode().splitlines()[0] == "'=1+1"
    else:
        assert openpyxl.load_workbook(io.BytesIO(content))["readings"]["A1"].value == "'=1+1"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_definition_named_like_a_formula_is_no_formula_in_the_file(kind: str) -> None:
    table = reading_table(frame(reading(date(2024, 1, 2), 50.0, withheld_reason=None, job_id="=HYPERLINK(1)")))

    content = written(table, kind)

    if kind == "csv":
        assert b",'=HYPERLINK(1)," in content
    else:
        cell = openpyxl.load_workbook(io.BytesIO(content))["readings"]["I2"]
        assert (cell.data_type, cell.value) == ("s", "'=HYPERLINK(1)")
