"""What reports contain, in every format, and that the same report is the same bytes."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO

import openpyxl
import polars as pl
import pypdfium2
import pytest

from dart_batch.adapters.reporting.report.fonts import drawable
from dart_batch.adapters.reporting.report.words import WORDS, component_title, period_title
from dart_batch.adapters.reporting.report.writer import FileReportWriter
from dart_batch.domain.job.periods import Every, Period
from dart_batch.domain.job.reporting import Language, ReportFormat
from reported import DEFINITION, FORMULA, MARCH, history, report

KO, EN = Language.KO, Language.EN
WRITER = FileReportWriter()


def pdf_text(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.mark.parametrize("kind", ReportFormat)
@pytest.mark.parametrize("language", Language)
def test_the_same_report_is_the_same_bytes(kind: ReportFormat, language: Language) -> None:
    assert WRITER.write(report(language), kind) == WRITER.write(report(language), kind)


@pytest.mark.parametrize("language", Language)
def test_a_pdf_says_everything_in_its_language(language: Language) -> None:
    text = pdf_text(WRITER.write(report(language), ReportFormat.PDF))

    words = WORDS[language]
    said = ("comparison", "distribution", "components", "turns", "forward", "readings", "lineage", "withheld", "stack")
    assert [name for name in said if words[name] not in text] == []
    assert period_title(MARCH, language) in text
    assert "01jobjobjobjobjobjobjobjob" in text
    assert "2020-03-10" in text
    assert "\ufffd" not in text


def test_forward_returns_stand_below_a_note_that_they_only_describe() -> None:
    for language, note in ((EN, "Descriptive only"), (KO, "사실을 기술할 뿐")):
        text = pdf_text(WRITER.write(report(language), ReportFormat.PDF))

        assert text.index(WORDS[language]["forward"]) < text.index(note) < text.index("kospi_close")


def test_without_prices_a_report_says_so_instead_of_showing_returns() -> None:
    text = pdf_text(WRITER.write(report(priced=False), ReportFormat.PDF))

    assert WORDS[EN]["noPrices"] in text.replace("\r\n", " ")
    assert "Descriptive" not in text


@pytest.mark.parametrize("kind", ReportFormat)
@pytest.mark.parametrize("language", Language)
def test_a_period_without_a_value_is_a_report_of_what_is_missing(kind: ReportFormat, language: Language) -> None:
    withheld = history().filter(pl.col("value").is_null())["session"]
    period = Period(withheld.min(), withheld.max(), None)  # type: ignore[arg-type]

    content = WRITER.write(report(language, period), kind)

    if kind is ReportFormat.PDF:
        assert WORDS[language]["saidNothing"].split(".")[0][:30] in pdf_text(content)


@pytest.mark.parametrize("kind", ReportFormat)
@pytest.mark.parametrize("language", Language)
def test_a_period_without_any_session_is_a_report_too(kind: ReportFormat, language: Language) -> None:
    holiday = Period(date(2020, 2, 1), date(2020, 2, 2), None)

    content = WRITER.write(report(language, holiday), kind)

    if kind is ReportFormat.PDF:
        assert WORDS[language]["saidNothing"].split(".")[0][:30] in pdf_text(content)


def test_every_hangul_of_the_catalogue_has_a_glyph_on_the_page() -> None:
    every = "".join([*WORDS[KO].values(), *WORDS[EN].values()])
    page = pypdfium2.PdfDocument(WRITER.write(report(KO), ReportFormat.PDF))[0]
    fonts = {item.get_font().get_base_name() for item in page.get_objects() if item.type == 1}

    assert drawable(every, "") == every
    assert all("NotoSansKR" in name for name in fonts), fonts
    assert page.render(scale=1).to_numpy().min() < 60


def test_a_title_that_cannot_be_drawn_gives_way_to_the_identifier() -> None:
    named = report(EN, definition=replace(DEFINITION, title="恐怖指数"))

    assert "mini@1" in pdf_text(WRITER.write(named, ReportFormat.PDF))


def test_a_pdf_holds_vectors_and_no_pixels() -> None:
    document = pypdfium2.PdfDocument(WRITER.write(report(), ReportFormat.PDF))
    kinds = {item.type for page in document for item in page.get_objects()}

    assert pypdfium2.raw.FPDF_PAGEOBJ_PATH in kinds
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds


def test_an_html_report_needs_nothing_from_elsewhere() -> None:
    text = WRITER.write(report(KO), ReportFormat.HTML).decode()

    assert re.findall(r"(?:src|href)\s*=|@import|<script|<link|https?:", text) == []
    assert [url[:22] for url in re.findall(r"url\(([^)]*)\)", text)] == ["data:font/woff;base64,"] * 2
    assert text.startswith('<!doctype html><html lang="ko">')
    assert text.count("<svg") == 5


def test_html_takes_a_title_as_text() -> None:
    named = report(EN, definition=replace(DEFINITION, title="<b>Mood</b>"))

    assert "&lt;b&gt;Mood" in WRITER.write(named, ReportFormat.HTML).decode()


def test_a_workbook_holds_numbers_with_missing_ones_empty_and_runs_no_formula() -> None:
    book = openpyxl.load_workbook(BytesIO(WRITER.write(report(KO), ReportFormat.XLSX)))
    readings = book[WORDS[KO]["sheet.readings"]]
    rows = {row[0].date(): row for row in readings.iter_rows(min_row=2, values_only=True)}

    assert book.sheetnames == [WORDS[KO][f"sheet.{name}"] for name in SHEETS]
    assert rows[date(2020, 3, 10)][1] is None
    assert rows[date(2020, 3, 10)][4] == f"'{FORMULA}"
    assert rows[date(2020, 3, 2)][1] == history().filter(pl.col("session") == date(2020, 3, 2))["value"].item()
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


SHEETS = ("overview", "readings", "components", "levels", "ends", "forward", "lineage")


def test_data_files_hold_the_period_with_components_and_lineage() -> None:
    table = pl.read_parquet(BytesIO(WRITER.write(report(), ReportFormat.PARQUET)))
    text = WRITER.write(report(), ReportFormat.CSV).decode()

    assert (table["date"].min(), table["date"].max(), table.height) == (date(2020, 3, 2), date(2020, 3, 31), 22)
    assert table.filter(pl.col("date") == date(2020, 3, 10)).select("value", "alpha_score").row(0) == (None, None)
    assert table["beta_score"].null_count() == 22
    assert table["input_hash"].n_unique() == 22
    assert f"'{FORMULA}" in text


def test_both_languages_have_the_same_words() -> None:
    components = {key for key in WORDS[KO] if key.startswith("component.")}

    assert set(WORDS[KO]) - components == set(WORDS[EN])
    assert component_title("putCallRatio", KO) == "풋/콜 비율"
    assert component_title("putCallRatio", EN) == "Put call ratio"


@pytest.mark.parametrize(
    ("every", "first", "last", "en", "ko"),
    [
        (Every.MONTH, (2020, 3, 1), (2020, 3, 31), "March 2020", "2020년 3월"),
        (Every.QUARTER, (2020, 4, 1), (2020, 6, 30), "Q2 2020", "2020년 2분기"),
        (Every.YEAR, (2020, 1, 1), (2020, 12, 31), "2020", "2020년"),
        (Every.MONTH, (2020, 3, 5), (2020, 3, 31), "2020-03-05 to 2020-03-31", "2020-03-05 ~ 2020-03-31"),
    ],
)
def test_a_period_has_the_name_that_people_give_it(
    every: Every, first: tuple[int, int, int], last: tuple[int, int, int], en: str, ko: str
) -> None:
    period = Period(date(*first), date(*last), every)

    assert (period_title(period, EN), period_title(period, KO)) == (en, ko)
