"""What migrations copy, what arrived from elsewhere, and the rows of an import

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
JSON = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "migration_slices",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_migration_slices")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "store_arrivals",
        sa.Column("move_id", sa.String(length=32), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=True),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("status IN ('ARRIVING','ARRIVED')", name=op.f("ck_store_arrivals_status")),
        sa.CheckConstraint(
            "(status = 'ARRIVED') = (arrived_at IS NOT NULL)", name=op.f("ck_store_arrivals_arrived_has_moment")
        ),
        sa.PrimaryKeyConstraint("move_id", name=op.f("pk_store_arrivals")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "imported_rows",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("session", sa.Date(), nullable=True),
        sa.Column("field", sa.String(length=60), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("content", JSON, nullable=False),
        sa.CheckConstraint(
            "session IS NOT NULL OR reason IS NOT NULL", name=op.f("ck_imported_rows_rejected_has_reason")
        ),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_imported_rows")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_imported_rows_session", "imported_rows", ["job_id", "session"])


def downgrade() -> None:
    op.drop_index("ix_imported_rows_session", table_name="imported_rows")
    op.drop_table("imported_rows")
    op.drop_table("store_arrivals")
    op.drop_table("migration_slices")
