"""The schema. JSON is stored as text; moments are UTC without zone, in microseconds."""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Moment = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
_Json = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
MOMENT, JSON_TEXT = _Moment, _Json
_BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_STATUSES = "('PENDING','QUEUED','RUNNING','PAUSED','COMPLETED','FAILED','CANCELLED')"

jobs = sa.Table(
    "batch_jobs",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("type", sa.String(40), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("priority", sa.SmallInteger, nullable=False),
    sa.Column("owner", sa.String(120), nullable=False),
    sa.Column("markets", sa.String(200), nullable=False),
    sa.Column("parameters", _Json, nullable=False),
    sa.Column("metadata", _Json, nullable=False),
    sa.Column("plan", _Json, nullable=False),
    sa.Column("identity", sa.String(64), nullable=False),
    sa.Column("items_total", sa.Integer, nullable=False),
    sa.Column("items_processed", sa.Integer, nullable=False),
    sa.Column("items_failed", sa.Integer, nullable=False),
    sa.Column("items_skipped", sa.Integer, nullable=False),
    sa.Column("chunks_total", sa.Integer, nullable=False),
    sa.Column("chunks_done", sa.Integer, nullable=False),
    sa.Column("chunks_failed", sa.Integer, nullable=False),
    sa.Column("chunk_size", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("worker", sa.String(64)),
    sa.Column("lease_until", _Moment),
    sa.Column("control", sa.String(10)),
    sa.Column("control_at", _Moment),
    sa.Column("cancel_mode", sa.String(10), nullable=False),
    sa.Column("setbacks", sa.Integer, nullable=False),
    sa.Column("not_before", _Moment),
    sa.Column("reason", sa.Text),
    sa.Column("failure_code", sa.String(60)),
    sa.Column("failure_message", sa.Text),
    sa.Column("verification", _Json),
    sa.Column("created_at", _Moment, nullable=False),
    sa.Column("queued_at", _Moment),
    sa.Column("started_at", _Moment),
    sa.Column("attempt_started_at", _Moment),
    sa.Column("attempt_base", sa.Integer, nullable=False),
    sa.Column("finished_at", _Moment),
    sa.Column("updated_at", _Moment, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.CheckConstraint(f"status IN {_STATUSES}", name="status"),
    sa.CheckConstraint("(status = 'RUNNING') = (worker IS NOT NULL)", name="running_has_worker"),
    sa.CheckConstraint("(status = 'RUNNING') = (lease_until IS NOT NULL)", name="running_has_lease"),
    sa.CheckConstraint("items_processed + items_failed <= items_total", name="items_add_up"),
    sa.CheckConstraint("chunks_done + chunks_failed <= chunks_total", name="chunks_add_up"),
    sa.CheckConstraint("status <> 'COMPLETED' OR chunks_done = chunks_total", name="completed_is_complete"),
    sa.Index("ix_batch_jobs_claim", "status", "priority", "queued_at", "id"),
    sa.Index("ix_batch_jobs_identity", "identity"),
    sa.Index("ix_batch_jobs_created", "created_at", "id"),
    sa.Index("ix_batch_jobs_updated", "updated_at"),
    sa.Index("ix_batch_jobs_finished", "finished_at"),
    sqlite_with_rowid=False,
)

targets = sa.Table(
    "batch_targets",
    metadata,
    sa.Column("job_id", sa.String(32), primary_key=True),
    sa.Column("market", sa.String(20), primary_key=True),
    sa.Column("definition", sa.String(255), nullable=False),
    sa.Column("first_session", sa.Date, nullable=False),
    sa.Column("last_session", sa.Date, nullable=False),
    sqlite_with_rowid=False,
)

chunks = sa.Table(
    "batch_chunks",
    metadata,
    sa.Column("job_id", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("market", sa.String(20), nullable=False),
    sa.Column("first_session", sa.Date, nullable=False),
    sa.Column("last_session", sa.Date, nullable=False),
    sa.Column("items", sa.Integer, nullable=False),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("written", sa.Integer, nullable=False),
    sa.Column("withheld", sa.Integer, nullable=False),
    sa.Column("skipped", sa.Integer, nullable=False),
    sa.Column("duration_ms", sa.Double),
    sa.Column("finished_at", _Moment),
    sa.Column("fence", sa.Integer),
    sa.Column("worker", sa.String(64)),
    sa.Column("error_code", sa.String(60)),
    sa.Column("error_message", sa.Text),
    sa.Column("memory_bytes", sa.BigInteger),
    sa.CheckConstraint("status IN ('PENDING','DONE','FAILED')", name="status"),
    sa.CheckConstraint("(status = 'DONE') = (finished_at IS NOT NULL)", name="done_has_end"),
    sa.CheckConstraint("status <> 'DONE' OR written + skipped = items", name="done_is_whole"),
    sa.CheckConstraint("written + skipped <= items", name="cursor_is_inside"),
    sqlite_with_rowid=False,
)

skips = sa.Table(
    "batch_skips",
    metadata,
    sa.Column("job_id", sa.String(32), primary_key=True),
    sa.Column("market", sa.String(20), primary_key=True),
    sa.Column("session", sa.Date, primary_key=True),
    sa.Column("chunk", sa.Integer, nullable=False),
    sa.Column("error_code", sa.String(60), nullable=False),
    sa.Column("error_message", sa.Text, nullable=False),
    sa.Column("fence", sa.Integer, nullable=False),
    sa.Column("recorded_at", _Moment, nullable=False),
    sqlite_with_rowid=False,
)

attempts = sa.Table(
    "batch_attempts",
    metadata,
    sa.Column("job_id", sa.String(32), primary_key=True),
    sa.Column("fence", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("worker", sa.String(64), nullable=False),
    sa.Column("started_at", _Moment, nullable=False),
    sa.Column("ended_at", _Moment),
    sa.Column("outcome", sa.String(20)),
    sa.Column("message", sa.Text),
    sqlite_with_rowid=False,
)

logs = sa.Table(
    "batch_logs",
    metadata,
    sa.Column("id", _BigId, primary_key=True, autoincrement=True),
    sa.Column("job_id", sa.String(32), nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("chunk", sa.Integer),
    sa.Column("at", _Moment, nullable=False),
    sa.Column("level", sa.SmallInteger, nullable=False),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("message", sa.Text, nullable=False),
    sa.Index("ix_batch_logs_job", "job_id", "id"),
)

workers = sa.Table(
    "batch_workers",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("host", sa.String(120), nullable=False),
    sa.Column("boot_id", sa.String(64), nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("pid_started", sa.Double, nullable=False),
    sa.Column("started_at", _Moment, nullable=False),
    sa.Column("heartbeat_at", _Moment, nullable=False),
    sa.Column("stopped_at", _Moment),
    sa.Column("slots", sa.Integer, nullable=False),
    sa.Column("cpu_percent", sa.Double),
    sa.Column("rss_bytes", sa.BigInteger),
    sa.Column("alone", sa.Boolean, nullable=False),
)

history = sa.Table(
    "fear_greed_batch_history",
    metadata,
    sa.Column("job_id", sa.String(32), primary_key=True),
    sa.Column("market", sa.String(20), primary_key=True),
    sa.Column("session", sa.Date, primary_key=True),
    sa.Column("definition", sa.String(255), nullable=False),
    sa.Column("definition_hash", sa.String(64), nullable=False),
    sa.Column("value", sa.Double),
    sa.Column("level", sa.String(20)),
    sa.Column("coverage", sa.Double, nullable=False),
    sa.Column("components", _Json, nullable=False),
    sa.Column("input_hash", sa.String(32), nullable=False),
    sa.Column("withheld_reason", sa.Text),
    sa.Column("created_at", _Moment, nullable=False),
    sa.CheckConstraint("value IS NULL OR (value >= 0 AND value <= 100)", name="value_range"),
    sa.CheckConstraint("(value IS NULL) = (level IS NULL)", name="level_with_value"),
    sa.CheckConstraint("(value IS NULL) = (withheld_reason IS NOT NULL)", name="withheld_has_reason"),
    sqlite_with_rowid=False,
)

segments = sa.Table(
    "index_segments",
    metadata,
    sa.Column("market", sa.String(20), primary_key=True),
    sa.Column("definition", sa.String(255), primary_key=True),
    sa.Column("first_session", sa.Date, primary_key=True),
    sa.Column("last_session", sa.Date, nullable=False),
    sa.Column("job_id", sa.String(32), nullable=False),
    sa.Column("publication_id", sa.String(32), nullable=False),
    sa.CheckConstraint("first_session <= last_session", name="forward"),
    sqlite_with_rowid=False,
)

publications = sa.Table(
    "index_publications",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("market", sa.String(20), nullable=False),
    sa.Column("definition", sa.String(255), nullable=False),
    sa.Column("job_id", sa.String(32), nullable=False),
    sa.Column("published_at", _Moment, nullable=False),
    sa.Column("published_by", sa.String(120), nullable=False),
    sa.Column("sessions", sa.Integer, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("undoes", sa.String(32)),
    sa.CheckConstraint("kind IN ('PUBLISH','ROLLBACK')", name="kind"),
    sa.CheckConstraint("(kind = 'ROLLBACK') = (undoes IS NOT NULL)", name="rollback_undoes"),
    sa.UniqueConstraint("undoes", name="uq_index_publications_undoes"),
    sa.Index("ix_index_publications_index", "market", "definition", "published_at"),
    sa.Index("ix_index_publications_job", "job_id"),
    sqlite_with_rowid=False,
)

publication_spans = sa.Table(
    "index_publication_spans",
    metadata,
    sa.Column("publication_id", sa.String(32), primary_key=True),
    sa.Column("first_session", sa.Date, primary_key=True),
    sa.Column("last_session", sa.Date, nullable=False),
    sa.Column("job_id", sa.String(32), nullable=False),
    sa.Index("ix_index_publication_spans_job", "job_id"),
    sqlite_with_rowid=False,
)

generations = sa.Table(
    "index_generations",
    metadata,
    sa.Column("job_id", sa.String(32), primary_key=True),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("staged_at", _Moment, nullable=False),
    sa.Column("decided_at", _Moment),
    sa.Column("decided_by", sa.String(120)),
    sa.CheckConstraint("status IN ('STAGED','PROMOTED','DISCARDED')", name="status"),
    sa.CheckConstraint("(status = 'STAGED') = (decided_at IS NULL)", name="decided_has_moment"),
    sqlite_with_rowid=False,
)

definitions = sa.Table(
    "index_definitions",
    metadata,
    sa.Column("content_hash", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("variant", sa.String(8), nullable=False),
    sa.Column("body", _Json, nullable=False),
    sa.Column("created_at", _Moment, nullable=False),
    sa.Column("created_by", sa.String(120), nullable=False),
    sa.UniqueConstraint("name", "version", "variant", name="uq_index_definitions_version"),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", _Moment, nullable=False),
    sa.Column("revoked_at", _Moment),
    sa.Column("expires_at", _Moment),
    sa.Column("last_used_at", _Moment),
    sa.CheckConstraint("role IN ('viewer','operator','admin')", name="role"),
)
