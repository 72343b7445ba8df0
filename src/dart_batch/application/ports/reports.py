"""What a report is about, and how it becomes a file."""

from dataclasses import dataclass
from typing import Protocol

from dart_batch.domain.index.definition import Definition
from dart_batch.domain.job.periods import Period
from dart_batch.domain.job.reporting import Language, ReportFormat
from dart_batch.engine.report.study import Study


@dataclass(frozen=True, slots=True)
class Report:
    """One period of an index (the name it is published under), with the definition its last readings came from.

    `prices` names the series of the forward returns, empty without one; `revision` is that of the market's data.
    """

    market: str
    index: str
    definition: Definition
    period: Period
    language: Language
    study: Study
    prices: str
    revision: int


class ReportWriter(Protocol):
    """Writes reports. The same report comes to the same bytes, on every machine with the same version."""

    def write(self, report: Report, kind: ReportFormat) -> bytes:
        """The whole file."""
        ...
