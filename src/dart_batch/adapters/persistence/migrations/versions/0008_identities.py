"""Users whom an identity provider vouches for

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("identity", sa.String(length=64), nullable=True))
    op.create_index("ix_users_identity", "users", ["identity"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_users_identity", "users")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("identity")
