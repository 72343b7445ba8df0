"""The record of files that jobs wrote."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from dart_batch.adapters.persistence.artefact_tables import artefacts
from dart_batch.adapters.persistence.moments import aware, naive
from dart_batch.adapters.persistence.tables import jobs
from dart_batch.domain.job.artefact import ABOUT, Artefact
from dart_batch.domain.job.status import FINISHED


class SqlArtefacts:
    """Implements Artefacts inside one connection's transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def replace(self, job_id: str, chunk: int, new: Sequence[Artefact]) -> None:
        mine = (artefacts.c.job_id == job_id, artefacts.c.chunk == chunk)
        self._connection.execute(artefacts.delete().where(*mine))
        if new:
            self._connection.execute(artefacts.insert(), [_row(one) for one in new])

    def of(self, job_id: str) -> list[Artefact]:
        return _of(self._connection, job_id)

    def abandoned(self, job_ids: Collection[str]) -> set[str]:
        recorded = sa.exists().where(artefacts.c.job_id == jobs.c.id)
        unfinished = jobs.c.status.not_in([status.value for status in sorted(FINISHED)])
        needed = sa.select(jobs.c.id).where(jobs.c.id.in_(list(job_ids)), sa.or_(recorded, unfinished))
        return set(job_ids) - set(self._connection.execute(needed).scalars())


class SqlArtefactQueries:
    """Implements ArtefactQueries over an engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def of(self, job_id: str) -> list[Artefact]:
        with self._engine.connect() as connection:
            return _of(connection, job_id)


def _of(connection: sa.Connection, job_id: str) -> list[Artefact]:
    query = artefacts.select().where(artefacts.c.job_id == job_id).order_by(artefacts.c.name)
    return [artefact_of(row) for row in connection.execute(query).mappings()]


def artefact_of(row: sa.RowMapping) -> Artefact:
    """The file of a row."""
    return Artefact(**{**row, "created_at": aware(row["created_at"])})


def _row(one: Artefact) -> dict[str, object]:
    names = ("job_id", "chunk", "name", "format", "size", "sha256", *ABOUT)
    return {name: getattr(one, name) for name in names} | {"created_at": naive(one.created_at)}
