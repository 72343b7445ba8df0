"""The tables of what validations found, in the metadata of all."""

import sqlalchemy as sa

from dart_batch.adapters.persistence.tables import metadata

findings = sa.Table(
    "batch_findings",
    metadata,
    sa.Column("job_id", sa.String(32), primary_key=True),
    sa.Column("market", sa.String(20), primary_key=True),
    sa.Column("session", sa.Date, primary_key=True),
    sa.Column("code", sa.String(40), primary_key=True),
    sa.Column("subject", sa.String(120), primary_key=True),
    sa.Column("chunk", sa.Integer, nullable=False),
    sa.Column("severity", sa.String(10), nullable=False),
    sa.Column("found", sa.Text),
    sa.Column("expected", sa.Text),
    sa.Column("reading_job_id", sa.String(32)),
    sa.CheckConstraint("severity IN ('error','warning','info')", name="severity"),
    sqlite_with_rowid=False,
)

tallies = sa.Table(
    "batch_check_tallies",
    metadata,
    sa.Column("job_id", sa.String(32), primary_key=True),
    sa.Column("chunk", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("first_session", sa.Date, primary_key=True),
    sa.Column("code", sa.String(40), primary_key=True),
    sa.Column("checked", sa.BigInteger, nullable=False),
    sa.Column("objections", sa.BigInteger, nullable=False),
    sa.Column("kept", sa.Integer, nullable=False),
    sa.CheckConstraint("kept <= objections", name="kept_at_most_all"),
    sqlite_with_rowid=False,
)
