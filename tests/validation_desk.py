"""The index desk with validations, and ways to damage what is stored."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from builders import parameters
from dart_batch.adapters.persistence.finding_queries import FindingFilter, SqlFindingQueries
from dart_batch.application.job_types.validation.planning import DataValidation
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.parameters import JobType, ValidationLevel
from dart_batch.domain.job.validation import ALL, Sample, Scope, Validation
from index_desk import DAYS, RANGE, IndexDesk

VALIDATION = JobType.DATA_VALIDATION
HISTORY = "fear_greed_batch_history"


class ValidationDesk(IndexDesk):
    """The index `mini` of KOSPI, backfilled, and jobs that look at it."""

    @property
    def types(self) -> dict[JobType, Any]:
        return super().types | {VALIDATION: DataValidation(self.uow, self.data, self.calendars)}

    def ordered(
        self,
        scope: Scope = Scope.READINGS,
        of_job: str = "",
        *,
        sample: Sample = ALL,
        basic: bool = False,
        **changes: Any,
    ) -> Any:
        level = ValidationLevel.BASIC if basic else ValidationLevel.COMPREHENSIVE
        special = Validation(scope, of_job, sample)
        given = {"definition": "mini", "date_range": RANGE, "chunk_size": 20, "validation_level": level}
        return parameters(**(given | {"details": special} | changes))

    def validate(self, scope: Scope = Scope.READINGS, of_job: str = "", **changes: Any) -> BatchJob:
        return self._run(VALIDATION, self.ordered(scope, of_job, **changes))

    def found(self, job: BatchJob) -> dict[str, list[date]]:
        """Sessions by code of the check."""
        rows, _ = SqlFindingQueries(self.engine).rows(job.id, FindingFilter())
        sessions: dict[str, list[date]] = {}
        for code, session in rows.select("code", "session").rows():
            sessions.setdefault(code, []).append(session)
        return sessions

    def damage(self, sql: str, *values: Any) -> None:
        """Change what is stored behind the back of the system, constraints or not."""
        with self.engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
            connection.exec_driver_sql(sql, tuple(values))
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")

    def set_reading(self, day: date, **columns: Any) -> None:
        changes = ", ".join(f"{name} = ?" for name in columns)
        self.damage(f"UPDATE {HISTORY} SET {changes} WHERE session = ?", *columns.values(), str(day))

    def reading(self, day: date) -> dict[str, Any]:
        return dict(self.live().filter(date=day).row(0, named=True))


def sessions(numbers: Sequence[int]) -> list[date]:
    return [DAYS[number] for number in numbers]
