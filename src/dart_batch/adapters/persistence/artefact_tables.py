"""The table of files that jobs wrote; `size` in bytes, an empty market, definition, period or language is unknown."""

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
    sa.Column("market", sa.String(20), nullable=False, server_default=""),
    sa.Column("definition", sa.String(255), nullable=False, server_default=""),
    sa.Column("period", sa.String(40), nullable=False, server_default=""),
    sa.Column("language", sa.String(10), nullable=False, server_default=""),
    sa.CheckConstraint("size >= 0", name="size"),
    sa.Index("ix_batch_artefacts_chunk", "job_id", "chunk"),
    sa.Index("ix_batch_artefacts_created", "created_at", "job_id", "name"),
    sa.Index("ix_batch_artefacts_size", "size", "job_id", "name"),
    sa.Index("ix_batch_artefacts_period", "period", "job_id", "name"),
    sqlite_with_rowid=False,
)
