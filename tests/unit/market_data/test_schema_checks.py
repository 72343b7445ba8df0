"""What the schema check holds against a file, and what it does not."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from dart_batch.adapters.market_data.exchange_calendar import ExchangeCalendars
from dart_batch.adapters.market_data.importers.file_importer import FileImporter
from dart_batch.application.ports.market_data import ImportOrder
from fakes.import_desk import NOW, ImportDesk, codes, examples
from fakes.market_data import FakeMarketData

BARS = "date,ticker,open,high,low,close,volume\n"
GOOD = "2024-01-02,000660,100,120,90,110,5\n"


@pytest.fixture
def desk(tmp_path: Path) -> ImportDesk:
    return ImportDesk(tmp_path)


def weekdays(count: int) -> list[date]:
    days = [date(2023, 1, 2) + timedelta(days=offset) for offset in range(count * 2)]
    return [day for day in days if day.weekday() < 5][:count]


def wide(values: list[float]) -> str:
    rows = [f"{day},{value}" for day, value in zip(weekdays(len(values)), values, strict=True)]
    return "\n".join(["date,level", *rows]) + "\n"


@pytest.mark.parametrize(
    ("row", "code", "severity", "kept", "example"),
    [
        ("2024-01-02,005930,100,110,120,115,5", "high-below-low", "error", 2, "2024-01-02 005930 high 110 < low 120"),
        ("2024-01-02,005930,100,120,90,-110,5", "negative-price", "error", 2, "low 90 close -110"),
        ("2024-01-02,005930,100,120,90,110,-5", "negative-volume", "error", 2, "2024-01-02 005930 volume -5"),
        ("2024-01-02,005930,100,120,90,130,5", "close-outside-range", "warning", 2, "high 120 low 90 close 130"),
        ("2024-01-06,005930,100,120,90,110,5", "non-session-day", "warning", 2, "2024-01-06 005930"),
        ("1979-12-31,005930,100,120,90,110,5", "before-calendar", "warning", 2, "1979-12-31 005930"),
        ("2025-01-02,005930,100,120,90,110,5", "future-date", "error", 1, "2025-01-02 005930"),
        ("2024-13-01,005930,100,120,90,110,5", "unparseable-date", "error", 1, "line 3: '2024-13-01'"),
        ("0001-01-01,005930,100,120,90,110,5", "unparseable-date", "error", 1, "line 3: '0001-01-01'"),
        ("2024-01-02,005930,100,abc,90,110,5", "bad-dtype", "error", 1, "line 3: 'abc'"),
        ("2024-01-02,005930,100,120,90,110,5.5", "bad-dtype", "error", 1, "line 3: '5.5'"),
        ("2024-01-02,005930,100,120,90,inf,5", "non-finite", "error", 1, "line 3: 'inf'"),
        ("2024-01-02,005930,100,120,90,,5", "null-value", "error", 1, "line 3"),
        ("2024-01-02,,100,120,90,110,5", "null-value", "error", 1, "line 3"),
        (GOOD.strip(), "duplicate-row", "warning", 1, "000660 2024-01-02"),
        ("2024-01-02,000660,100,120,90,111,5", "contradicting-row", "error", 0, "000660 2024-01-02 100.0"),
    ],
)
def test_a_troubled_quote_is_found_shown_and_stored_only_where_that_is_honest(
    desk: ImportDesk, row: str, code: str, severity: str, kept: int, example: str
) -> None:
    plan = desk.plan(BARS + GOOD + row + "\n")

    assert codes(plan)[code][0] == severity
    assert example in examples(plan, code)[0]
    assert plan.blocking
    assert (plan.observations.height, plan.rows) == (kept, 2)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("2024-01-02,005930,0,0,0,110,0", "suspended"),
        ("2024-01-02,005930,0,0,0,0,0", "dead-listing"),
        ("2024-01-02,005930,0,0,0,110,3", "zero-bar-traded"),
        ("2024-01-02,005930,0,120,90,110,5", "partly-zero-bar"),
    ],
)
def test_what_raw_exchange_data_are_full_of_never_blocks(desk: ImportDesk, row: str, code: str) -> None:
    plan = desk.plan(BARS + GOOD + row + "\n")

    assert codes(plan) == {code: ("info", 1)}
    assert not plan.blocking
    assert plan.new_rows == 2


def test_a_split_or_a_crash_is_no_finding(desk: ImportDesk) -> None:
    plan = desk.plan(BARS + GOOD + "2024-01-03,000660,2,2.4,1.8,2.2,250\n")

    assert plan.findings == ()


def test_one_odd_close_in_a_long_file_does_not_block_but_many_do(desk: ImportDesk) -> None:
    rows = [f"2024-01-02,{ticker:06d},100,120,90,110,5\n" for ticker in range(2000)]
    odd = [row.replace("110,5", "130,5") for row in rows]

    isolated = desk.plan(BARS + "".join([*rows[1:], odd[0]]))
    frequent = desk.plan(BARS + "".join([*rows[3:], *odd[:3]]))

    assert codes(isolated) == {"close-outside-range": ("info", 1)}
    assert codes(frequent) == {"close-outside-range": ("warning", 3)}


def test_at_most_five_examples_are_shown(desk: ImportDesk) -> None:
    plan = desk.plan("date,vkospi\n" + "x,1\n" * 9)

    assert codes(plan) == {"unparseable-date": ("error", 9)}
    assert len(examples(plan, "unparseable-date")) == 5


def test_findings_come_with_the_gravest_first(desk: ImportDesk) -> None:
    rows = "2024-01-02,005930,0,0,0,110,0\n2024-01-06,005930,1,1,1,1,1\nx,005930,1,1,1,1,1\n"

    plan = desk.plan(BARS + rows)

    assert [finding.severity for finding in plan.findings] == ["error", "warning", "info"]


def test_a_bad_cell_of_a_wide_file_costs_only_that_cell(desk: ImportDesk) -> None:
    plan = desk.plan("date,a,b\n2024-01-02,x,2\n2024-01-03,nan,3\n")

    assert codes(plan) == {"bad-dtype": ("error", 1), "non-finite": ("error", 1)}
    assert (plan.rows, plan.new_rows, plan.dropped_rows) == (4, 2, 2)


def test_a_value_known_before_its_day_is_a_warning(desk: ImportDesk) -> None:
    head = "series,date,value,known_at\n"

    early = desk.plan(head + "a,2024-01-02,1,2023-12-30\n")
    unreadable = desk.plan(head + "a,2024-01-02,1,soon\n")

    assert codes(early) == {"known-too-early": ("warning", 1)}
    assert codes(unreadable) == {"unparseable-known-at": ("error", 1)}


def test_a_value_of_a_day_without_trading_is_known_when_that_day_is_over(desk: ImportDesk) -> None:
    plan = desk.plan("date,a\n2024-01-06,1\n")

    assert str(plan.observations["known_at"].item()) == "2024-01-06 15:00:00+00:00"


def test_a_thousandfold_drop_that_lasts_is_a_unit_break(desk: ImportDesk) -> None:
    values = [1e9 + 1e7 * place for place in range(30)] + [1e6] * 10

    plan = desk.plan(wide(values))

    assert codes(plan) == {"unit-break": ("warning", 1)}
    assert examples(plan, "unit-break") == (f"{weekdays(40)[30]} level: median 1.195e+09 -> 1e+06",)


@pytest.mark.parametrize(
    "values",
    [
        [10.0] * 30 + [3000.0] + [10.0] * 30,
        [float(2**place) for place in range(40)],
        [0.01, -0.02, 0.01] * 10 + [5.0, -6.0, 7.0] * 10,
        [0.0] * 30 + [5.0] * 30,
        [1.0, 1000.0],
    ],
    ids=["a spike", "growth", "both signs", "zeros", "too few"],
)
def test_what_is_no_lasting_jump_of_a_quantity_is_no_unit_break(desk: ImportDesk, values: list[float]) -> None:
    assert desk.plan(wide(values)).findings == ()


def test_a_unit_break_against_what_is_stored_is_found(desk: ImportDesk) -> None:
    days = weekdays(40)
    desk.load("date,a\n" + "".join(f"{day},1000000\n" for day in days[:20]))

    plan = desk.plan("date,a\n" + "".join(f"{day},1000\n" for day in days[20:]))

    assert codes(plan) == {"unit-break": ("warning", 1)}


def quotes(days: list[date], tickers: list[str], volume: int) -> str:
    return BARS + "".join(f"{day},{ticker},1,1,1,1,{volume}\n" for day in days for ticker in tickers)


def test_the_volume_of_all_quotes_is_watched_within_a_file_and_against_the_store(desk: ImportDesk) -> None:
    days = weekdays(40)
    shares = quotes(days[:20], ["005930", "000660"], 5_000_000)
    thousands = quotes(days[20:], ["005930", "000660"], 5_000)

    within = desk.plan(shares + thousands.removeprefix(BARS))
    desk.load(shares)
    against = desk.plan(thousands)

    assert codes(within) == codes(against) == {"unit-break": ("warning", 1)}


def test_other_stocks_than_those_stored_are_no_unit_break(desk: ImportDesk) -> None:
    days = weekdays(40)
    desk.load(quotes(days[:20], ["005930"], 5_000_000))

    assert desk.plan(quotes(days[20:], ["000087"], 5_000)).findings == ()


def test_whole_numbers_as_tickers_get_their_zeros_back_on_the_korean_exchange(tmp_path: Path) -> None:
    path = tmp_path / "kospi.parquet"
    bars = {column: [1] for column in ("open", "high", "low", "close", "volume")}
    pl.DataFrame({"date": [20240102], "ticker": [5930], **bars}).write_parquet(path)

    plan = FileImporter(FakeMarketData(), ExchangeCalendars()).plan(ImportOrder(path, NOW))

    assert plan.observations.select("session", "ticker").row(0) == (date(2024, 1, 2), "005930")
