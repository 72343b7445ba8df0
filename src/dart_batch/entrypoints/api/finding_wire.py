"""Findings of validations on the wire: the shapes of application/finding_views."""

from datetime import date

from dart_batch.domain.index.validation import Severity
from dart_batch.domain.job.parameters import ValidationLevel
from dart_batch.entrypoints.api.job_wire import Check
from dart_batch.entrypoints.api.wire import Wire


class Finding(Wire):
    """One objection: of which check, where, and what is there (`found`) against what should be. `subject` is the
    component, series or ticker it is about, or empty; readingJobId the job that wrote the session's reading.
    """

    code: str
    severity: Severity
    market: str
    session: date
    subject: str
    found: str | None
    expected: str | None
    reading_job_id: str | None
    explanation: str


class FindingGroup(Wire):
    """Findings with one code, market or month (YYYY-MM). `severity` is null but for groups by code."""

    key: str
    severity: Severity | None
    findings: int
    first: date
    last: date


class CheckedOff(Check):
    """What a check came to, what it means and what to do. Of `objections` only `kept` are kept as findings."""

    kept: int
    explanation: str
    mend: str


class FindingPage(Wire):
    """A page of findings by market, session, code and subject, or their groups; `total` counts all that match."""

    checks: list[CheckedOff]
    items: list[Finding]
    groups: list[FindingGroup]
    total: int


class KnownCheck(Wire):
    """A check; from which level on it is looked at."""

    code: str
    severity: Severity
    level: ValidationLevel
    explanation: str
    mend: str


class KnownChecks(Wire):
    """Every check of DATA_VALIDATION."""

    items: list[KnownCheck]
