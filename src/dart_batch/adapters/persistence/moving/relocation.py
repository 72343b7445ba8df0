"""Moves an installation from this database to another."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.answers import DatabaseBusy
from dart_batch.adapters.persistence.every_table import metadata
from dart_batch.adapters.persistence.failpoints import Failpoint
from dart_batch.adapters.persistence.migration_tables import arrivals
from dart_batch.adapters.persistence.moments import naive_now
from dart_batch.adapters.persistence.moving import rows, target
from dart_batch.adapters.persistence.moving.cutting import count, cut
from dart_batch.adapters.persistence.moving.ways import Way, knowing_files, way_between
from dart_batch.adapters.persistence.tables import jobs
from dart_batch.application.ports.migration import Arrival, Copied, Slice
from dart_batch.domain.job.errors import LeaseLost
from dart_batch.domain.job.migration_errors import ContentDiffers, NotReversible
from dart_batch.domain.job.status import JobStatus

_OPEN = "ARRIVED"
_NOT_OPEN = "ARRIVING"


@dataclass(frozen=True, slots=True)
class SqlRelocation:
    """Implements Relocation for the database of this engine; `password` is that of any target."""

    engine: sa.Engine
    password: str = ""
    failpoint: Failpoint | None = None

    def survey(self, target: str, size: int) -> list[Slice]:
        self._refuse(target)
        with self.engine.connect() as connection:
            return [piece for table in rows.moved_tables() for piece in cut(connection, table, size)]

    @contextmanager
    def passage(self, target: str, job_id: str, fence: int) -> Iterator["SqlPassage"]:
        engine = self._opened(target)
        try:
            way = SqlPassage(engine, way_between(self.engine, engine, job_id), job_id, fence, self.failpoint)
            way.begin()
            yield way
        finally:
            engine.dispose()

    def clear(self, target: str, job_id: str) -> int:
        engine = self._opened(target)
        try:
            return _cleared(engine, job_id)
        finally:
            engine.dispose()

    def _refuse(self, text: str) -> None:
        target.refuse_used(target.target_url(text, self.password, self.engine.url))

    def _opened(self, text: str) -> sa.Engine:
        url = target.target_url(text, self.password, self.engine.url)
        engine = session.create_engine(knowing_files(url).render_as_string(hide_password=False))
        if schema.current_revision(engine) is None:
            target.refuse_used(url)
            schema.upgrade(engine)
        return engine


@dataclass(frozen=True, slots=True)
class SqlPassage:
    """Implements Passage. Each transaction of the target first takes its row of `arrivals` under its own fence."""

    target: sa.Engine
    way: Way
    job_id: str
    fence: int
    failpoint: Failpoint | None = None

    def begin(self) -> None:
        """Make the target's row of this move; raises TargetNotEmpty when others have been there."""
        with self._writing() as connection:
            if connection.execute(_mine(self.job_id)).first() is None:
                target.refuse_rows(connection)
                connection.execute(arrivals.insert(), _fresh(self.job_id, self.fence))
                self._commit(connection)

    def copy(self, piece: Slice) -> Copied:
        with self._writing() as connection:
            self._enter(connection)
            known = self.way.bring(connection, piece)
            self._commit(connection)
        with self.target.connect() as connection:
            self._compare(connection, piece, known)
        return known

    def arrive(self, pieces: Sequence[Slice], known: Mapping[int, Copied], held_by: str) -> Arrival:
        with self._writing() as connection:
            mine = connection.execute(_mine(self.job_id)).one()
            if mine.status == _OPEN:
                return Arrival(mine.row_count, mine.content_hash)
            self._enter(connection)
            nothing, there = rows.copied([]), _there(connection, pieces, known)
            parts = [self._level(connection, piece, there.get(at, nothing)) for at, piece in enumerate(pieces)]
            queued = connection.execute(_released(held_by)).rowcount
            whole = rows.together([part for part, _ in parts])
            connection.execute(_opening(self.job_id, whole))
            self._commit(connection)
        return Arrival(whole.rows, whole.content_hash, sum(again for _, again in parts), queued)

    def _level(self, connection: sa.Connection, piece: Slice, known: Copied) -> tuple[Copied, bool]:
        """What the slice comes to now, and whether it had to be copied again."""
        if self.way.level(connection, piece, known):
            return known, False
        now = self.way.bring(connection, piece)
        self._compare(connection, piece, now)
        return now, True

    def _compare(self, connection: sa.Connection, piece: Slice, written: Copied) -> None:
        found = rows.copied(rows.read(connection, metadata.tables[piece.table], piece, self.job_id))
        if written != found:
            raise ContentDiffers(
                f"Of {piece.table} {written.rows:,} rows were written, and {found.rows:,} rows with "
                f"{'another' if written.rows == found.rows else 'their own'} content were read back.",
                table=piece.table,
            )

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        try:
            with session.writing(self.target).connect() as connection:
                connection.begin()
                yield connection
        except OperationalError as error:
            raise DatabaseBusy(f"The target did not answer: {error.orig}.") from error
        except self.target.dialect.loaded_dbapi.OperationalError as error:
            raise DatabaseBusy(f"The target did not answer: {error}.") from error

    def _enter(self, connection: sa.Connection) -> None:
        held = (arrivals.c.move_id == self.job_id, arrivals.c.status == _NOT_OPEN, arrivals.c.fence <= self.fence)
        if connection.execute(arrivals.update().where(*held).values(fence=self.fence)).rowcount != 1:
            raise LeaseLost(f"Move {self.job_id} was taken over, or has ended; fence {self.fence} is refused.")

    def _commit(self, connection: sa.Connection) -> None:
        if self.failpoint is not None:
            self.failpoint("before:arrival", connection.connection)
        connection.commit()
        if self.failpoint is not None:
            self.failpoint("after:arrival", connection.connection)


def _there(connection: sa.Connection, pieces: Sequence[Slice], known: Mapping[int, Copied]) -> dict[int, Copied]:
    """What is known of the slices of those tables that have as many rows in the target as they should: a target may
    have been made anew since.
    """
    expected: dict[str, int] = {}
    for at, piece in enumerate(pieces):
        expected[piece.table] = expected.get(piece.table, 0) + (known[at].rows if at in known else 0)
    whole = {name for name, wanted in expected.items() if count(connection, metadata.tables[name]) == wanted}
    return {at: copied for at, copied in known.items() if pieces[at].table in whole}


def _mine(job_id: str) -> sa.Select[tuple[str, int, str]]:
    return sa.select(arrivals.c.status, arrivals.c.row_count, arrivals.c.content_hash).where(
        arrivals.c.move_id == job_id
    )


def _fresh(job_id: str, fence: int) -> dict[str, object]:
    now = {"started_at": naive_now(), "arrived_at": None}
    return {"move_id": job_id, "fence": fence, "status": _NOT_OPEN, "row_count": 0, "content_hash": ""} | now


def _opening(job_id: str, whole: Copied) -> sa.Update:
    arrived = {"status": _OPEN, "arrived_at": naive_now(), "row_count": whole.rows, "content_hash": whole.content_hash}
    return arrivals.update().where(arrivals.c.move_id == job_id).values(arrived)


def _released(held_by: str) -> sa.Update:
    held = (jobs.c.status == JobStatus.PAUSED.value, jobs.c.reason == f"paused by {held_by}")
    return jobs.update().where(*held).values(status=JobStatus.QUEUED.value, reason="moved here", control=None)


def _cleared(engine: sa.Engine, job_id: str) -> int:
    with session.writing(engine).begin() as connection:
        mine = connection.execute(_mine(job_id)).first()
        if mine is None:
            return 0
        if mine.status == _OPEN:
            raise NotReversible(
                f"Move {job_id} has arrived: the target is an installation of its own now.",
                hint="To go back, point DATABASE_URL to the old database and resume its paused jobs.",
            )
        gone = sum(connection.execute(table.delete()).rowcount for table in rows.moved_tables())
        connection.execute(arrivals.delete().where(arrivals.c.move_id == job_id))
    return gone
