"""The table of submits that carry a key of their caller."""

import sqlalchemy as sa

from dart_batch.adapters.persistence.tables import MOMENT, metadata

receipts = sa.Table(
    "submission_receipts",
    metadata,
    sa.Column("owner", sa.String(120), primary_key=True),
    sa.Column("key_hash", sa.String(64), primary_key=True),
    sa.Column("request_hash", sa.String(64), nullable=False),
    sa.Column("job_id", sa.String(32), nullable=False),
    sa.Column("created_at", MOMENT, nullable=False),
    sa.Index("ix_submission_receipts_job", "job_id"),
    sqlite_with_rowid=False,
)
