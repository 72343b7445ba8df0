"""The outcome of checking stored readings."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: how many readings it looked at, how many it objects to, and a few of them.

    A failed check of severity "error" keeps a generation from being published; "warning" does not.
    """

    code: str
    severity: str
    checked: int
    objections: int
    examples: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return self.objections == 0

    @property
    def blocks(self) -> bool:
        return not self.passed and self.severity == "error"

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity,
            "passed": self.passed,
            "checked": self.checked,
            "objections": self.objections,
            "examples": list(self.examples),
        }
