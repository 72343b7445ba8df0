"""What migrations need of databases: a way to another installation, and a book of their own in this one."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

import polars as pl

from dart_batch.domain.index.publication import Segment

if TYPE_CHECKING:
    from dart_batch.application.ports.unit_of_work import Publication

Key = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows of one table whose primary key lies behind `after` (null: from the first) and up to `until` (null: to the
    last); `rows` is how many there were when it was cut.
    """

    table: str
    after: Key | None
    until: Key | None
    rows: int

    def to_list(self) -> list[Any]:
        """As a plan keeps it."""
        return [self.table, self.after and list(self.after), self.until and list(self.until), self.rows]

    @classmethod
    def from_list(cls, raw: Sequence[Any]) -> "Slice":
        """Inverse of to_list."""
        table, after, until, rows = raw
        return cls(table, after and tuple(after), until and tuple(until), rows)


@dataclass(frozen=True, slots=True)
class Copied:
    """What a slice held: rows, and the SHA-256 of all their columns in the order of the key."""

    rows: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a move ended: rows in the target, one hash over all slices, slices that had changed and were copied again,
    and jobs of the queue that go on there.
    """

    rows: int
    content_hash: str
    again: int = 0
    queued: int = 0


class Passage(Protocol):
    """A way to the target, for one attempt of one job: an older attempt's is closed once a younger one has written."""

    def copy(self, piece: Slice) -> Copied:
        """Make the target's rows of the slice those of the source, in one transaction of the target, and read them
        back. May be repeated. Raises ContentDiffers, LeaseLost, or Transient.
        """
        ...

    def arrive(self, pieces: Sequence[Slice], known: Mapping[int, Copied], held_by: str) -> Arrival:
        """Compare every slice of the source with what is known of it (by its place in `pieces`), copy again what
        changed, let jobs that were paused by `held_by` wait in the target's queue, and open the target; all in one
        transaction of the target. When that was done before, answer it and do nothing.
        """
        ...


class Relocation(Protocol):
    """Moves the installation to another database."""

    def survey(self, target: str, size: int) -> list[Slice]:
        """Slices of at most `size` rows that cover every table there is to move. Changes nothing, and makes no file.

        Raises TargetUnsuited, TargetNotEmpty, or DatabaseUnavailable.
        """
        ...

    def passage(self, target: str, job_id: str, fence: int) -> AbstractContextManager[Passage]:
        """Open the way; the target gets the schema when it is empty. Raises like survey."""
        ...

    def clear(self, target: str, job_id: str) -> int:
        """Take back what an unfinished move of this job has brought; answers how many rows went. Raises NotReversible
        when the target is open, or was never begun.
        """
        ...


class LegacySource(Protocol):
    """Where the tables of the TypeScript system are."""

    def read(self, source: str, table: str) -> pl.DataFrame:
        """All rows in the source's order, every cell as text; null stays null. Raises LegacyUnreadable."""
        ...


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row of a legacy table as it was (JSON), by its number in the source from 1; with `reason` it was rejected for
    its `field`. The session is null when its date is none.
    """

    number: int
    session: date | None
    field: str | None
    reason: str | None
    content: str


class MigrationBook(Protocol):
    """What migrations keep in this installation's database, and what they ask it."""

    def copied(self, job_id: str, number: int, table: str, copied: Copied) -> None:
        """Record a slice that the target holds, by its place in the plan."""
        ...

    def slices(self, job_id: str) -> dict[int, Copied]:
        """Every slice that was recorded."""
        ...

    def active(self, besides: str, statuses: Sequence[str], index: str | None = None) -> list[str]:
        """Ids of other jobs in these states, oldest first; with `index` only those that write to it."""
        ...

    def imported(self, job_id: str, rows: pl.DataFrame) -> None:
        """Keep rows of an import, in place of those with the same number: number, session, content, and of rejected
        ones field and reason.
        """
        ...

    def imported_row(self, job_id: str, session: date) -> ImportedRow | None:
        """The row that became the job's reading of a session."""
        ...

    def rejected(self, job_id: str) -> list[ImportedRow]:
        """Rows that an import did not take, by number."""
        ...

    def retire(self, market: str, index: str, ids: Sequence[str], at: datetime, by: str) -> int:
        """Take every publication of the index back at once; answers how many acts that took; `ids` are
        names for them.
        """
        ...

    def published(self, index: str) -> list[str]:
        """Markets in which the index shows something."""
        ...

    def restore(self, publication: "Publication", segments: Sequence[Segment]) -> None:
        """Make an index that shows nothing show these segments of earlier generations, as an act of its own."""
        ...

    def valid(self, market: str, index: str, job_id: str | None = None) -> list[str]:
        """Ids of publications (of all jobs, or of one) that were not taken back."""
        ...
