"""The outcome of checking stored readings and observations."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """ERROR: what is stored is wrong. WARNING: it is unlikely, and somebody should look. INFO: worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: how many readings it looked at, how many it objects to, and a few of them.

    A failed check of severity "error" keeps a generation from being published, unless it only `reports`; "warning" does
    not.
    """

    code: str
    severity: str
    checked: int
    objections: int
    examples: tuple[str, ...] = ()
    reports: bool = False

    @property
    def passed(self) -> bool:
        return self.objections == 0

    @property
    def blocks(self) -> bool:
        return not self.passed and self.severity == "error" and not self.reports

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "passed": self.passed,
            "checked": self.checked,
            "objections": self.objections,
            "examples": list(self.examples),
        }
