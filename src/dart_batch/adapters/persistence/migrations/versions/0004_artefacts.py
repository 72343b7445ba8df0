"""Files that jobs wrote

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "batch_artefacts",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_batch_artefacts_size")),
        sa.PrimaryKeyConstraint("job_id", "name", name=op.f("pk_batch_artefacts")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("batch_artefacts", schema=None) as batch_op:
        batch_op.create_index("ix_batch_artefacts_chunk", ["job_id", "chunk"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("batch_artefacts", schema=None) as batch_op:
        batch_op.drop_index("ix_batch_artefacts_chunk")

    op.drop_table("batch_artefacts")
