"""Findings of validations

Revision ID: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch_findings",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("market", sa.String(length=20), nullable=False),
        sa.Column("session", sa.Date(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("expected", sa.Text(), nullable=True),
        sa.Column("reading_job_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("severity IN ('error','warning','info')", name=op.f("ck_batch_findings_severity")),
        sa.PrimaryKeyConstraint("job_id", "market", "session", "code", "subject", name=op.f("pk_batch_findings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_check_tallies",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_session", sa.Date(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("checked", sa.BigInteger(), nullable=False),
        sa.Column("objections", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.CheckConstraint("kept <= objections", name=op.f("ck_batch_check_tallies_kept_at_most_all")),
        sa.PrimaryKeyConstraint("job_id", "chunk", "first_session", "code", name=op.f("pk_batch_check_tallies")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("batch_check_tallies")
    op.drop_table("batch_findings")
