"""Tables of migrations: what a move has copied, what arrived here from elsewhere, and every row of an import."""

import sqlalchemy as sa

from dart_batch.adapters.persistence.tables import JSON_TEXT, MOMENT, metadata

slices = sa.Table(
    "migration_slices",
    metadata,
    sa.Column("job_id", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("table_name", sa.String(64), nullable=False),
    sa.Column("row_count", sa.Integer, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sqlite_with_rowid=False,
)

arrivals = sa.Table(
    "store_arrivals",
    metadata,
    sa.Column("move_id", sa.String(32), primary_key=True),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("started_at", MOMENT, nullable=False),
    sa.Column("arrived_at", MOMENT),
    sa.Column("row_count", sa.Integer, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.CheckConstraint("status IN ('ARRIVING','ARRIVED')", name="status"),
    sa.CheckConstraint("(status = 'ARRIVED') = (arrived_at IS NOT NULL)", name="arrived_has_moment"),
    sqlite_with_rowid=False,
)

imported_rows = sa.Table(
    "imported_rows",
    metadata,
    sa.Column("job_id", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("session", sa.Date),
    sa.Column("field", sa.String(60)),
    sa.Column("reason", sa.Text),
    sa.Column("content", JSON_TEXT, nullable=False),
    sa.CheckConstraint("session IS NOT NULL OR reason IS NOT NULL", name="rejected_has_reason"),
    sa.Index("ix_imported_rows_session", "job_id", "session"),
    sqlite_with_rowid=False,
)
