"""Users, logins and the audit trail: tables of the one schema that tables.py begins."""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from dart_batch.adapters.persistence.tables import metadata

_Moment = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
_Json = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("folded", sa.String(60), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("password_hash", sa.String(255)),
    sa.Column("created_at", _Moment, nullable=False),
    sa.Column("disabled_at", _Moment),
    sa.Column("identity", sa.String(64)),
    sa.UniqueConstraint("folded", name="uq_users_folded"),
    sa.CheckConstraint("role IN ('viewer','operator','admin')", name="role"),
    sa.Index("ix_users_identity", "identity", unique=True),
)

sessions = sa.Table(
    "user_sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(32), nullable=False),
    sa.Column("created_at", _Moment, nullable=False),
    sa.Column("expires_at", _Moment, nullable=False),
    sa.Index("ix_user_sessions_user", "user_id"),
)

links = sa.Table(
    "login_links",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(32), nullable=False),
    sa.Column("created_at", _Moment, nullable=False),
    sa.Column("expires_at", _Moment, nullable=False),
    sa.Index("ix_login_links_user", "user_id"),
)

failures = sa.Table(
    "login_failures",
    metadata,
    sa.Column("subject", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("since", _Moment, nullable=False),
)

audit_entries = sa.Table(
    "audit_entries",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(26), nullable=False),
    sa.Column("actor", sa.String(120), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("entry", sa.String(10), nullable=False),
    sa.Column("address", sa.String(200), nullable=False),
    sa.Column("act", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("state_before", _Json),
    sa.Column("state_after", _Json),
    sa.Column("previous", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("ix_audit_entries_actor", "actor", "number"),
    sa.Index("ix_audit_entries_subject", "subject", "number"),
)

audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)
