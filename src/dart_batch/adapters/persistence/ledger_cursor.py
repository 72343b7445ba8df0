"""How far a chunk that is not done is committed: its `written` first sessions are."""

import sqlalchemy as sa

from dart_batch.adapters.persistence.prepared import Prepared
from dart_batch.adapters.persistence.tables import chunks
from dart_batch.application.ports.unit_of_work import ChunkOutcome
from dart_batch.domain.job.chunk import Chunk, ChunkStatus

_MOVE = Prepared(
    chunks.update()
    .where(
        chunks.c.job_id == sa.bindparam("key"),
        chunks.c.number == sa.bindparam("nr"),
        chunks.c.status == ChunkStatus.PENDING.value,
        chunks.c.written == sa.bindparam("behind"),
    )
    .values(written=chunks.c.written + sa.bindparam("more"), withheld=chunks.c.withheld + sa.bindparam("empty"))
)


def move(connection: sa.Connection, job_id: str, chunk: Chunk, outcome: ChunkOutcome) -> bool:
    """Put the cursor behind what was written now; false when it is not where `chunk.written` says."""
    moved = {
        "key": job_id,
        "nr": chunk.number,
        "behind": chunk.written,
        "more": outcome.written,
        "empty": outcome.withheld,
    }
    return _MOVE.run(connection, moved).rowcount == 1


def again(connection: sa.Connection, job_id: str) -> int:
    """Let FAILED chunks be tried again from where they are; answers how many there were."""
    failed = chunks.update().where(chunks.c.job_id == job_id, chunks.c.status == ChunkStatus.FAILED)
    return connection.execute(failed.values(status=ChunkStatus.PENDING.value, tries=0)).rowcount
