"""First schema

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
JSON = sa.Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.CheckConstraint("role IN ('viewer','operator','admin')", name=op.f("ck_api_keys_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("key_hash"),
    )
    op.create_table(
        "batch_attempts",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("fence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("job_id", "fence", name=op.f("pk_batch_attempts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_chunks",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("market", sa.String(length=20), nullable=False),
        sa.Column("first_session", sa.Date(), nullable=False),
        sa.Column("last_session", sa.Date(), nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Double(), nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("fence", sa.Integer(), nullable=True),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("error_code", sa.String(length=60), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.CheckConstraint("(status = 'DONE') = (finished_at IS NOT NULL)", name=op.f("ck_batch_chunks_done_has_end")),
        sa.CheckConstraint("status <> 'DONE' OR written + skipped = items", name=op.f("ck_batch_chunks_done_is_whole")),
        sa.CheckConstraint("written + skipped <= items", name=op.f("ck_batch_chunks_cursor_is_inside")),
        sa.CheckConstraint("status IN ('PENDING','DONE','FAILED')", name=op.f("ck_batch_chunks_status")),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_batch_chunks")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_jobs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("markets", sa.String(length=200), nullable=False),
        sa.Column("parameters", JSON, nullable=False),
        sa.Column("metadata", JSON, nullable=False),
        sa.Column("plan", JSON, nullable=False),
        sa.Column("identity", sa.String(length=64), nullable=False),
        sa.Column("items_total", sa.Integer(), nullable=False),
        sa.Column("items_processed", sa.Integer(), nullable=False),
        sa.Column("items_failed", sa.Integer(), nullable=False),
        sa.Column("items_skipped", sa.Integer(), nullable=False),
        sa.Column("chunks_total", sa.Integer(), nullable=False),
        sa.Column("chunks_done", sa.Integer(), nullable=False),
        sa.Column("chunks_failed", sa.Integer(), nullable=False),
        sa.Column("chunk_size", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("control", sa.String(length=10), nullable=True),
        sa.Column("control_at", MOMENT, nullable=True),
        sa.Column("cancel_mode", sa.String(length=10), nullable=False),
        sa.Column("setbacks", sa.Integer(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("failure_code", sa.String(length=60), nullable=True),
        sa.Column("failure_message", sa.Text(), nullable=True),
        sa.Column("verification", JSON, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("queued_at", MOMENT, nullable=True),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("attempt_started_at", MOMENT, nullable=True),
        sa.Column("attempt_base", sa.Integer(), nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'RUNNING') = (lease_until IS NOT NULL)", name=op.f("ck_batch_jobs_running_has_lease")
        ),
        sa.CheckConstraint(
            "(status = 'RUNNING') = (worker IS NOT NULL)", name=op.f("ck_batch_jobs_running_has_worker")
        ),
        sa.CheckConstraint(
            "status <> 'COMPLETED' OR chunks_done = chunks_total", name=op.f("ck_batch_jobs_completed_is_complete")
        ),
        sa.CheckConstraint(
            "status IN ('PENDING','QUEUED','RUNNING','PAUSED','COMPLETED','FAILED','CANCELLED')",
            name=op.f("ck_batch_jobs_status"),
        ),
        sa.CheckConstraint("chunks_done + chunks_failed <= chunks_total", name=op.f("ck_batch_jobs_chunks_add_up")),
        sa.CheckConstraint("items_processed + items_failed <= items_total", name=op.f("ck_batch_jobs_items_add_up")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_jobs")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("batch_jobs", schema=None) as batch_op:
        batch_op.create_index("ix_batch_jobs_claim", ["status", "priority", "queued_at", "id"], unique=False)
        batch_op.create_index("ix_batch_jobs_created", ["created_at", "id"], unique=False)
        batch_op.create_index("ix_batch_jobs_finished", ["finished_at"], unique=False)
        batch_op.create_index("ix_batch_jobs_identity", ["identity"], unique=False)
        batch_op.create_index("ix_batch_jobs_updated", ["updated_at"], unique=False)

    op.create_table(
        "batch_logs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_logs")),
    )
    with op.batch_alter_table("batch_logs", schema=None) as batch_op:
        batch_op.create_index("ix_batch_logs_job", ["job_id", "id"], unique=False)

    op.create_table(
        "batch_skips",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("market", sa.String(length=20), nullable=False),
        sa.Column("session", sa.Date(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.String(length=60), nullable=False),
        sa.Column("error_message", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "market", "session", name=op.f("pk_batch_skips")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_targets",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("market", sa.String(length=20), nullable=False),
        sa.Column("definition", sa.String(length=255), nullable=False),
        sa.Column("first_session", sa.Date(), nullable=False),
        sa.Column("last_session", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "market", name=op.f("pk_batch_targets")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_workers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("boot_id", sa.String(length=64), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("pid_started", sa.Double(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("heartbeat_at", MOMENT, nullable=False),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("cpu_percent", sa.Double(), nullable=True),
        sa.Column("rss_bytes", sa.BigInteger(), nullable=True),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch_workers")),
    )
    op.create_table(
        "fear_greed_batch_history",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("market", sa.String(length=20), nullable=False),
        sa.Column("session", sa.Date(), nullable=False),
        sa.Column("definition", sa.String(length=255), nullable=False),
        sa.Column("definition_hash", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=True),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.Column("components", JSON, nullable=False),
        sa.Column("input_hash", sa.String(length=32), nullable=False),
        sa.Column("withheld_reason", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "(value IS NULL) = (level IS NULL)", name=op.f("ck_fear_greed_batch_history_level_with_value")
        ),
        sa.CheckConstraint(
            "(value IS NULL) = (withheld_reason IS NOT NULL)",
            name=op.f("ck_fear_greed_batch_history_withheld_has_reason"),
        ),
        sa.CheckConstraint(
            "value IS NULL OR (value >= 0 AND value <= 100)", name=op.f("ck_fear_greed_batch_history_value_range")
        ),
        sa.PrimaryKeyConstraint("job_id", "market", "session", name=op.f("pk_fear_greed_batch_history")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "index_definitions",
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=8), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_index_definitions")),
        sa.UniqueConstraint("name", "version", "variant", name="uq_index_definitions_version"),
    )
    op.create_table(
        "index_generations",
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("staged_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "(status = 'STAGED') = (decided_at IS NULL)", name=op.f("ck_index_generations_decided_has_moment")
        ),
        sa.CheckConstraint("status IN ('STAGED','PROMOTED','DISCARDED')", name=op.f("ck_index_generations_status")),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_index_generations")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "index_publication_spans",
        sa.Column("publication_id", sa.String(length=32), nullable=False),
        sa.Column("first_session", sa.Date(), nullable=False),
        sa.Column("last_session", sa.Date(), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("publication_id", "first_session", name=op.f("pk_index_publication_spans")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("index_publication_spans", schema=None) as batch_op:
        batch_op.create_index("ix_index_publication_spans_job", ["job_id"], unique=False)

    op.create_table(
        "index_publications",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("market", sa.String(length=20), nullable=False),
        sa.Column("definition", sa.String(length=255), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("published_by", sa.String(length=120), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("undoes", sa.String(length=32), nullable=True),
        sa.CheckConstraint("kind IN ('PUBLISH','ROLLBACK')", name=op.f("ck_index_publications_kind")),
        sa.CheckConstraint(
            "(kind = 'ROLLBACK') = (undoes IS NOT NULL)", name=op.f("ck_index_publications_rollback_undoes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_index_publications")),
        sa.UniqueConstraint("undoes", name="uq_index_publications_undoes"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("index_publications", schema=None) as batch_op:
        batch_op.create_index("ix_index_publications_index", ["market", "definition", "published_at"], unique=False)
        batch_op.create_index("ix_index_publications_job", ["job_id"], unique=False)

    op.create_table(
        "index_segments",
        sa.Column("market", sa.String(length=20), nullable=False),
        sa.Column("definition", sa.String(length=255), nullable=False),
        sa.Column("first_session", sa.Date(), nullable=False),
        sa.Column("last_session", sa.Date(), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=False),
        sa.Column("publication_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint("first_session <= last_session", name=op.f("ck_index_segments_forward")),
        sa.PrimaryKeyConstraint("market", "definition", "first_session", name=op.f("pk_index_segments")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("index_segments")
    with op.batch_alter_table("index_publications", schema=None) as batch_op:
        batch_op.drop_index("ix_index_publications_job")
        batch_op.drop_index("ix_index_publications_index")

    op.drop_table("index_publications")
    with op.batch_alter_table("index_publication_spans", schema=None) as batch_op:
        batch_op.drop_index("ix_index_publication_spans_job")

    op.drop_table("index_publication_spans")
    op.drop_table("index_generations")
    op.drop_table("index_definitions")
    op.drop_table("fear_greed_batch_history")
    op.drop_table("batch_workers")
    op.drop_table("batch_targets")
    op.drop_table("batch_skips")
    with op.batch_alter_table("batch_logs", schema=None) as batch_op:
        batch_op.drop_index("ix_batch_logs_job")

    op.drop_table("batch_logs")
    with op.batch_alter_table("batch_jobs", schema=None) as batch_op:
        batch_op.drop_index("ix_batch_jobs_updated")
        batch_op.drop_index("ix_batch_jobs_identity")
        batch_op.drop_index("ix_batch_jobs_finished")
        batch_op.drop_index("ix_batch_jobs_created")
        batch_op.drop_index("ix_batch_jobs_claim")

    op.drop_table("batch_jobs")
    op.drop_table("batch_chunks")
    op.drop_table("batch_attempts")
    op.drop_table("api_keys")
