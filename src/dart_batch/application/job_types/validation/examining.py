"""Looks at the readings of chunks."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from dart_batch.application.job_types.validation.recomputing import Piece, Recomputer
from dart_batch.domain.index.definition import Definition
from dart_batch.domain.job.chunk import Chunk
from dart_batch.engine.validation.catalogue import SEVERITIES
from dart_batch.engine.validation.check import Outcome, look, together
from dart_batch.engine.validation.readings import CONTEXT, Scored, SessionRows
from dart_batch.engine.validation.recomputation import RECOMPUTED_CHECKS
from dart_batch.engine.validation.records import ORIGIN_CHECKS, RECORD_CHECKS, Records
from dart_batch.engine.validation.sessions import SESSION_CHECKS
from dart_batch.engine.validation.shares import SHARE_CHECKS
from dart_batch.engine.validation.values import VALUE_CHECKS

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ground:
    """The planned sessions of a market and its calendar's, ascending, and the sessions that should have readings.

    Days belong to the chunk that holds the next planned session, so that what stands between sessions is seen once.
    """

    planned: Sequence[date]
    calendar: pl.Series
    expected: pl.Series
    first: date
    last: date

    def of(self, chunk: Chunk) -> tuple[date, date]:
        """First and last day that belong to a chunk, or to a part of one."""
        place = bisect_left(self.planned, chunk.first_session)
        last = self.last if chunk.last_session == self.planned[-1] else chunk.last_session
        return (self.planned[place - 1] + _DAY if place else self.first), last


@dataclass(slots=True)
class ReadingsExaminer:
    """Answers for chunks inside the rows (ROWS of stored.py) it was given, with some before them as context."""

    ground: Ground
    rows: pl.DataFrame
    origins: pl.DataFrame
    definitions: Mapping[str, Definition]
    pieces: Sequence[Piece]
    records: Records
    usual: float | None
    recomputer: Recomputer
    thorough: bool

    def examine(self, chunk: Chunk) -> Outcome:
        """Everything that the checks say about the chunk's days, with severity and the reading's job."""
        first, last = self.ground.of(chunk)
        upto = self.rows.filter(pl.col("session") <= last)
        judged = upto.filter(pl.col("session") >= first)
        found = together(
            [
                self._sessions(chunk, upto, judged, first),
                *self._scored(upto, first),
                self._recorded(first, last, judged.height),
                *self._recomputed(judged),
            ]
        )
        return attributed(found, judged)

    def _sessions(self, chunk: Chunk, upto: pl.DataFrame, judged: pl.DataFrame, first: date) -> Outcome:
        expected = self.ground.expected.filter(self.ground.expected.is_between(chunk.first_session, chunk.last_session))
        before = upto.filter(pl.col("session") < first).tail(1)
        rows = SessionRows(pl.concat([before, judged]), first, expected, self.ground.calendar, self.usual)
        return look(SESSION_CHECKS, rows, expected.len(), thorough=self.thorough)

    def _scored(self, upto: pl.DataFrame, first: date) -> Iterator[Outcome]:
        for content_hash, definition in self.definitions.items():
            same = upto.filter(pl.col("definition_hash") == content_hash)
            mine = same.unique("session", keep="first", maintain_order=True)
            context = mine.filter(pl.col("session") < first).tail(CONTEXT)
            rows = Scored(pl.concat([context, mine.filter(pl.col("session") >= first)]), first, definition)
            if rows.judged.height:
                yield look((*VALUE_CHECKS, *SHARE_CHECKS), rows, rows.judged.height, thorough=self.thorough)

    def _recorded(self, first: date, last: date, checked: int) -> Outcome:
        inside = pl.col("session").is_between(first, last)
        records = Records(
            *(
                frame.filter(inside)
                for frame in (
                    self.origins,
                    self.records.published,
                    self.records.written,
                    self.records.values,
                    self.records.ends,
                )
            )
        )
        counts = (records.published, records.written, records.values, records.ends)
        checks = [check for check in RECORD_CHECKS if self.thorough or not check.thorough]
        parts = [look([check], records, counts[RECORD_CHECKS.index(check)].height, thorough=True) for check in checks]
        return together([look(ORIGIN_CHECKS, records, checked, thorough=self.thorough), *parts])

    def _recomputed(self, judged: pl.DataFrame) -> Iterator[Outcome]:
        for piece in self.pieces:
            rows = piece.holds(judged)
            if rows.height:
                compared = self.recomputer.compared(piece, rows)
                yield look(RECOMPUTED_CHECKS, compared, compared.stored.height, thorough=self.thorough)


def attributed(found: Outcome, rows: pl.DataFrame) -> Outcome:
    """With severity, and the job that wrote the reading of the session (null: none is there)."""
    jobs = rows.select("session", reading_job_id="job_id").unique("session", keep="first")
    names = {code: one.value for code, one in SEVERITIES.items()}
    severity = pl.col("code").replace_strict(names, return_dtype=pl.String)
    findings = found.findings.join(jobs, on="session", how="left", maintain_order="left")
    return replace(found, findings=findings.with_columns(severity=severity))
