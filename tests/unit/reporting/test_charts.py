"""Pictures: gaps stay gaps, same input gives the same bytes, nothing about the machine is inside."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from matplotlib.figure import Figure

from dart_batch.adapters.reporting import lettering
from dart_batch.adapters.reporting.chart_data import ChartFacts, broken_line, lonely, missing_spans, trend
from dart_batch.adapters.reporting.coverage_chart import coverage_figure
from dart_batch.adapters.reporting.figure_file import UnknownPictureFormat, save_figure
from dart_batch.adapters.reporting.index_chart import index_figure
from dart_batch.adapters.reporting.reading_table import component_scores
from dart_batch.application.ports.market_data import COVERAGE_SCHEMA, MONTH_SCHEMA
from dart_batch.engine.definition_file import shipped

FACTS = ChartFacts("KOSPI", shipped()["kospi"], "Source: a test")


def texts(figure: Figure) -> list[str]:
    shown = [text.get_text() for text in figure.texts]
    return shown + [axes.get_title(loc=place) for axes in figure.axes for place in ("left", "right")]


def series(*pairs: tuple[str, float | None]) -> pl.DataFrame:
    days = [date.fromisoformat(day) for day, _ in pairs]
    return pl.DataFrame({"date": days, "value": [value for _, value in pairs]}, schema_overrides={"value": pl.Float64})


def test_a_withheld_value_breaks_the_line() -> None:
    _, values = broken_line(series(("2024-01-02", 1.0), ("2024-01-03", None), ("2024-01-04", 2.0)), "value")

    assert np.isnan(values).tolist() == [False, True, False]


def test_sessions_that_are_absent_for_weeks_break_the_line_but_holidays_do_not() -> None:
    days, values = broken_line(series(("2024-01-02", 1.0), ("2024-01-12", 2.0), ("2024-03-01", 3.0)), "value")

    assert np.isnan(values).tolist() == [False, False, True, False]
    assert str(days[2]) == "2024-01-13"


def test_a_value_between_two_gaps_is_found() -> None:
    assert lonely(np.array([np.nan, 1.0, np.nan, 2.0, 3.0, np.nan, 4.0])).tolist() == [
        *(False, True, False),
        *(False, False, False, True),
    ]


def test_runs_of_missing_values_are_spans_in_days() -> None:
    frame = series(("1970-01-02", None), ("1970-01-03", None), ("1970-01-05", 1.0), ("1970-01-06", None))

    assert missing_spans(frame, "value") == [(0.5, 2.0), (4.5, 1.0)]


def test_the_trend_is_null_where_the_value_is() -> None:
    values: list[float | None] = [float(number) for number in range(80)]
    values[70] = None
    frame = pl.DataFrame({"date": pl.date_range(date(2024, 1, 1), date(2024, 3, 20), eager=True), "value": values})

    smooth = trend(frame, "value")["value"]

    assert smooth[70] is None
    assert smooth[29] is None
    assert smooth[69] == 38.0


def test_a_chart_tells_market_definition_range_latest_value_and_source(readings: pl.DataFrame) -> None:
    figure = index_figure(readings, FACTS, component_scores(readings))

    shown = texts(figure)
    assert "KOSPI Fear & Greed" in shown
    assert "KOSPI · kospi@1 · 2024-01-01 to 2024-01-30 · 30 sessions, 4 withheld" in shown
    assert "80.9  greed" in shown
    assert any("Source: a test" in text for text in shown)
    assert "alpha" in shown
    assert "missing throughout: left out, weights re-normalised" in shown


def test_a_chart_says_since_when_values_are_withheld(readings: pl.DataFrame) -> None:
    shown = texts(index_figure(readings[:10], FACTS))

    assert "2024-01-09, withheld since" in shown


def test_an_index_that_is_withheld_throughout_can_be_drawn(readings: pl.DataFrame) -> None:
    assert "KOSPI · kospi@1 · 2024-01-01 to 2024-01-03 · 3 sessions, 3 withheld" in texts(
        index_figure(readings[:3], FACTS, component_scores(readings[:3]))
    )


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_readings_give_the_same_bytes(kind: str, readings: pl.DataFrame, tmp_path: Path) -> None:
    for name in ("a", "b"):
        save_figure(index_figure(readings, FACTS, component_scores(readings)), tmp_path / f"{name}.{kind}")

    first = (tmp_path / f"a.{kind}").read_bytes()
    assert first == (tmp_path / f"b.{kind}").read_bytes()
    assert first.startswith(b"\x89PNG" if kind == "png" else b"<?xml")
    assert str(Path.home()).encode() not in first


def test_another_ending_is_refused_and_nothing_is_written(readings: pl.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(UnknownPictureFormat):
        save_figure(index_figure(readings, FACTS), tmp_path / "chart.gif")

    assert list(tmp_path.iterdir()) == []


def test_a_korean_title_falls_back_to_the_identifier_without_a_korean_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "families", lambda: ["DejaVu Sans"])
    assert lettering.drawable("공포와 탐욕", "kospi@1") == "kospi@1"

    monkeypatch.setattr(lettering, "families", lambda: ["DejaVu Sans", "NanumGothic"])
    assert lettering.drawable("공포와 탐욕", "kospi@1") == "공포와 탐욕"
    assert lettering.drawable("Fear · Greed", "kospi@1") == "Fear · Greed"


def test_the_coverage_chart_names_every_series_and_counts_what_is_missing(tmp_path: Path) -> None:
    days = {"first": date(2020, 1, 2), "last": date(2020, 3, 31)}
    rows = [
        {"name": name, "shape": "series", "rows": 1060, "missing": missing, "corrections": 0, "sources": ["x"], **days}
        for name, missing in (("alpha", 0), ("beta", 3))
    ]
    months = [
        {"name": name, "month": date(2020, month, 1), "present": 20 - short, "sessions": 20}
        for name, short in (("alpha", 0), ("beta", 3))
        for month in (1, 2, 3)
    ]

    figure = coverage_figure(
        "KOSPI", pl.DataFrame(rows, schema=COVERAGE_SCHEMA), pl.DataFrame(months, schema=MONTH_SCHEMA)
    )
    save_figure(figure, tmp_path / "coverage.png")

    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["alpha", "beta"]
    assert [text.get_text() for text in axes.texts] == ["1,060 rows", "1,060 rows, 3 missing"]
