"""The table of files that jobs wrote; `size` in bytes."""

import sqlalchemy as sa

from dart_batch.adapters.persistence.tables import MOMENT, metadata

artefacts = sa.Table(
    "batch_artefacts",
    metadata,
    sa.Column("job_id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("chunk", sa.Integer, nullable=False),
    sa.Column("format", sa.String(10), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.CheckConstraint("size >= 0", name="size"),
    sa.Index("ix_batch_artefacts_chunk", "job_id", "chunk"),
    sqlite_with_rowid=False,
)
