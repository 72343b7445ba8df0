"""What is special about writing reports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.domain.job.periods import Every, Period, periods_of

MOST_PERIODS = 2000


class ReportFormat(StrEnum):
    HTML = "HTML"
    PDF = "PDF"
    XLSX = "XLSX"
    CSV = "CSV"
    PARQUET = "PARQUET"


class Language(StrEnum):
    KO = "ko"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Reporting:
    """Which reports: one per period, market and index (the name it is published under), in every format.

    Periods are calendar periods of the job's range, or the ones that are named. `price_series` is the series that
    forward returns are of; empty: the closing prices that the definition itself reads.

    Raises InvalidParameters naming the field: formats, definitions, period or periods.
    """

    formats: tuple[ReportFormat, ...]
    language: Language
    indices: tuple[str, ...]
    every: Every | None = None
    custom: tuple[DateRange, ...] = ()
    price_series: str = ""

    def __post_init__(self) -> None:
        for field, given in (("formats", self.formats), ("definitions", self.indices)):
            if not given or len(set(given)) != len(given):
                raise InvalidParameters(f"{field} must name at least one, and none twice.", field=field)
        if (self.every is None) == (not self.custom):
            raise InvalidParameters(
                "Give either a calendar period or periods of your own, not both and not neither.",
                hint="period is MONTH, QUARTER or YEAR; periods is a list of {startDate, endDate}.",
                field="period",
            )
        if len(set(self.custom)) != len(self.custom):
            raise InvalidParameters("periods names the same days twice.", field="periods")

    def periods(self, span: DateRange) -> list[Period]:
        """The periods of a job with this range. Raises InvalidParameters when there are more than MOST_PERIODS."""
        if self.every is None:
            found = [Period(one.start, one.end, None) for one in self.custom]
        else:
            found = periods_of(span, self.every)
        if len(found) > MOST_PERIODS:
            raise InvalidParameters(f"{len(found):,} periods are more than {MOST_PERIODS:,}.", field="period")
        return found

    def to_dict(self) -> dict[str, Any]:
        """The wire form, which is also the stored form."""
        return {
            "formats": [one.value for one in self.formats],
            "language": self.language.value,
            "definitions": list(self.indices),
            "period": self.every.value if self.every else None,
            "periods": [{"startDate": str(one.start), "endDate": str(one.end)} for one in self.custom],
            "priceSeries": self.price_series,
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> "Reporting":
        """Inverse of to_dict."""
        return cls(
            formats=tuple(ReportFormat(one) for one in raw["formats"]),
            language=Language(raw["language"]),
            indices=tuple(raw["definitions"]),
            every=Every(raw["period"]) if raw["period"] else None,
            custom=tuple(_range(one) for one in raw["periods"]),
            price_series=raw["priceSeries"],
        )


def _range(raw: Mapping[str, str]) -> DateRange:
    return DateRange(date.fromisoformat(raw["startDate"]), date.fromisoformat(raw["endDate"]))
