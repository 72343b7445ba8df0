"""Findings of validations. They go from frame to executemany and never become objects."""

import polars as pl
import sqlalchemy as sa

from dart_batch.adapters.persistence.finding_tables import findings, tallies
from dart_batch.adapters.persistence.job_repository import job_from_row
from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import jobs
from dart_batch.application.ports.findings import MOST_KEPT
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.parameters import JobType
from dart_batch.domain.job.status import JobStatus
from dart_batch.domain.job.validation import Scope

EXAMPLES = 5
_FINDING = Prepared(findings.insert().values({column.name: sa.bindparam(column.name) for column in findings.c}))
_TALLY = Prepared(tallies.insert().values({column.name: sa.bindparam(column.name) for column in tallies.c}))


class SqlFindings:
    """Implements Findings inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, job_id: str, chunk: Chunk, found: pl.DataFrame, tally: pl.DataFrame) -> None:
        room = pl.lit(MOST_KEPT) - pl.col("before").fill_null(0)
        place = pl.int_range(pl.len()).over("code")
        kept = found.join(self._kept(job_id), on="code", how="left", maintain_order="left").filter(place < room)
        counts = kept.group_by("code").agg(kept=pl.len())
        whole = tally.join(counts, on="code", how="left", maintain_order="left").with_columns(
            pl.col("kept").fill_null(0)
        )
        fixed = {"job_id": job_id, "chunk": chunk.number}
        rows = kept.drop("before").with_columns(pl.col("session").cast(pl.String)).iter_rows(named=True)
        _FINDING.run_many(self._connection, [fixed | {"market": chunk.market} | row for row in rows])
        first = {"first_session": chunk.first_session.isoformat()}
        _TALLY.run_many(self._connection, [fixed | first | row for row in whole.iter_rows(named=True)])

    def results(self, job_id: str) -> list[CheckResult]:
        from dart_batch.engine.validation.catalogue import CODES, SEVERITIES  # noqa: PLC0415  all checks, for few jobs

        sums = (sa.func.sum(tallies.c.checked), sa.func.sum(tallies.c.objections))
        query = sa.select(tallies.c.code, *sums).where(tallies.c.job_id == job_id).group_by(tallies.c.code)
        counts = {code: (int(checked), int(objected)) for code, checked, objected in self._connection.execute(query)}
        return [
            CheckResult(code, SEVERITIES[code].value, *counts[code], self._examples(job_id, code, counts[code]), True)
            for code in CODES
            if code in counts
        ]

    def run_before(self, job: BatchJob) -> BatchJob | None:
        query = (
            sa.select(jobs)
            .where(
                jobs.c.type == JobType.DATA_VALIDATION.value,
                jobs.c.status == JobStatus.COMPLETED.value,
                jobs.c.finished_at <= naive(job.created_at),
                jobs.c.id != job.id,
            )
            .order_by(jobs.c.finished_at.desc(), jobs.c.id.desc())
        )
        for row in self._connection.execute(query).mappings():
            other = job_from_row(row)
            if _same_index(job, other):
                return other
        return None

    def _kept(self, job_id: str) -> pl.DataFrame:
        query = sa.select(tallies.c.code, sa.func.sum(tallies.c.kept)).where(tallies.c.job_id == job_id)
        rows = self._connection.execute(query.group_by(tallies.c.code)).all()
        counts = [(code, int(kept)) for code, kept in rows]
        return pl.DataFrame(counts, schema={"code": pl.String, "before": pl.Int64}, orient="row")

    def _examples(self, job_id: str, code: str, counts: tuple[int, int]) -> tuple[str, ...]:
        if not counts[1]:
            return ()
        mine = (findings.c.job_id == job_id, findings.c.code == code)
        query = sa.select(findings.c.session).where(*mine).order_by(findings.c.session).distinct().limit(EXAMPLES)
        return tuple(str(day) for day in self._connection.execute(query).scalars())


def forget(connection: sa.Connection, job_id: str, chunk: int | None = None) -> None:
    """Drop what a job, or one of its chunks, has found."""
    for table in (findings, tallies):
        mine = [table.c.job_id == job_id, *([table.c.chunk == chunk] if chunk is not None else [])]
        connection.execute(table.delete().where(*mine))


def _same_index(job: BatchJob, other: BatchJob) -> bool:
    asked = other.parameters.validation
    return (
        asked is not None
        and asked.scope is Scope.READINGS
        and other.plan["index"] == job.plan["index"]
        and set(job.plan["bases"]) <= set(other.plan["bases"])
    )
