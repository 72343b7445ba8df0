"""Submits that carry a key of their caller

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "submission_receipts",
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner", "key_hash", name=op.f("pk_submission_receipts")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_submission_receipts_job", "submission_receipts", ["job_id"])


def downgrade() -> None:
    op.drop_index("ix_submission_receipts_job", table_name="submission_receipts")
    op.drop_table("submission_receipts")
