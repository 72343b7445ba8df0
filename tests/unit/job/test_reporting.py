from datetime import date

import pytest

from builders import parameters
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.parameters import BatchJobParameters
from dart_batch.domain.job.periods import Every, Period, periods_of
from dart_batch.domain.job.reporting import Language, ReportFormat, Reporting

SPAN = DateRange(date(2023, 11, 15), date(2024, 3, 31))


def reporting(**changes: object) -> Reporting:
    given = {"formats": (ReportFormat.PDF,), "language": Language.KO, "indices": ("kospi",), "every": Every.MONTH}
    return Reporting(**(given | changes))  # type: ignore[arg-type]


def test_calendar_periods_cover_the_range_and_a_part_says_its_days() -> None:
    assert [period.label for period in periods_of(SPAN, Every.MONTH)] == [
        "2023-11-15_2023-11-30",
        "2023-12",
        "2024-01",
        "2024-02",
        "2024-03",
    ]
    assert [period.label for period in periods_of(SPAN, Every.QUARTER)] == ["2023-11-15_2023-12-31", "2024-Q1"]
    assert [period.label for period in periods_of(SPAN, Every.YEAR)] == [
        "2023-11-15_2023-12-31",
        "2024-01-01_2024-03-31",
    ]


@pytest.mark.parametrize(
    ("period", "before", "ago"),
    [
        ((2024, 2, 1, 29, Every.MONTH), ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
        ((2024, 3, 1, 31, Every.MONTH), ("2024-02-01", "2024-02-29"), ("2023-03-01", "2023-03-31")),
        ((2023, 2, 1, 28, Every.MONTH), ("2023-01-01", "2023-01-31"), ("2022-02-01", "2022-02-28")),
        ((2024, 3, 11, 20, None), ("2024-03-01", "2024-03-10"), ("2023-03-11", "2023-03-20")),
        ((2024, 3, 11, 20, Every.MONTH), ("2024-03-01", "2024-03-10"), ("2023-03-11", "2023-03-20")),
    ],
)
def test_a_period_is_compared_with_the_one_before_and_the_same_a_year_ago(
    period: tuple[int, int, int, int, Every | None], before: tuple[str, str], ago: tuple[str, str]
) -> None:
    year, month, first, last, every = period
    given = Period(date(year, month, first), date(year, month, last), every)

    assert (str(given.before.first), str(given.before.last)) == before
    assert (str(given.year_before.first), str(given.year_before.last)) == ago


def test_stored_parameters_come_back_as_they_were() -> None:
    custom = (DateRange(date(2024, 1, 2), date(2024, 1, 9)),)
    for details in (reporting(), reporting(every=None, custom=custom, price_series="spx_close")):
        given = parameters(details=details)

        assert BatchJobParameters.from_dict(given.to_dict()) == given
        assert given.reporting == details


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"formats": ()}, "formats"),
        ({"formats": (ReportFormat.PDF, ReportFormat.PDF)}, "formats"),
        ({"indices": ()}, "definitions"),
        ({"every": None}, "period"),
        ({"custom": (SPAN,)}, "period"),
        ({"every": None, "custom": (SPAN, SPAN)}, "periods"),
    ],
)
def test_a_wish_that_contradicts_itself_is_refused_by_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidParameters) as refused:
        reporting(**changes)

    assert refused.value.fields["field"] == field


def test_too_many_periods_are_refused() -> None:
    with pytest.raises(InvalidParameters):
        reporting(every=None, custom=tuple(DateRange(date(1990, 1, 1), date(1990, 1, 2)) for _ in range(2)))
    many = tuple(DateRange(date.fromordinal(727000 + day), date.fromordinal(727000 + day)) for day in range(2001))
    with pytest.raises(InvalidParameters):
        reporting(every=None, custom=many).periods(SPAN)
