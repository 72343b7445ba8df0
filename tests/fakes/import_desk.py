"""An importer over a fake store, fed with text instead of files."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from dart_batch.adapters.market_data.importers.file_importer import FileImporter
from dart_batch.application.ports.market_data import ImportOrder, ImportPlan
from fakes.calendar import FakeCalendars, WeekdayCalendar
from fakes.market_data import FakeMarketData

NOW = datetime(2024, 6, 3, 9, 0, tzinfo=UTC)
CALENDARS = FakeCalendars({"KOSPI": WeekdayCalendar(), "US": WeekdayCalendar("US")})
PLAIN = ImportOrder(Path(), NOW)


@dataclass
class ImportDesk:
    folder: Path
    store: FakeMarketData = field(default_factory=lambda: FakeMarketData(CALENDARS))

    def __post_init__(self) -> None:
        self.importer = FileImporter(self.store, CALENDARS)

    def write(self, text: str, file: str = "kospi.csv") -> Path:
        path = self.folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def plan(self, text: str, file: str = "kospi.csv", order: ImportOrder = PLAIN) -> ImportPlan:
        return self.importer.plan(replace(order, path=self.write(text, file)))

    def load(self, text: str, file: str = "kospi.csv") -> ImportPlan:
        plan = self.plan(text, file)
        self.store.append(plan)
        return plan


def codes(plan: ImportPlan) -> dict[str, tuple[str, int]]:
    """Severity and count by the code of a plan's findings."""
    return {finding.code: (finding.severity, finding.count) for finding in plan.findings}


def examples(plan: ImportPlan, code: str) -> tuple[str, ...]:
    """The examples of one finding."""
    return next(finding.examples for finding in plan.findings if finding.code == code)
