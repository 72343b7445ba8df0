"""What the files of jobs are about, and lists of all of them

Revision ID: 0010
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ABOUT = {"market": 20, "definition": 255, "period": 40, "language": 10}
SORTS = {"created": "created_at", "size": "size", "period": "period"}


def upgrade() -> None:
    for name, length in ABOUT.items():
        op.add_column("batch_artefacts", sa.Column(name, sa.String(length), nullable=False, server_default=""))
    for name, column in SORTS.items():
        op.create_index(f"ix_batch_artefacts_{name}", "batch_artefacts", [column, "job_id", "name"], unique=False)
    _tell_of_known_files(op.get_bind())


def downgrade() -> None:
    for name in SORTS:
        op.drop_index(f"ix_batch_artefacts_{name}", "batch_artefacts")
    for name in ABOUT:
        op.drop_column("batch_artefacts", name)


def _tell_of_known_files(connection: sa.Connection) -> None:
    """What a file is about stands in its name, between the number of its chunk and the language."""
    files, jobs, chunks = (sa.table(name) for name in ("batch_artefacts", "batch_jobs", "batch_chunks"))
    for table, names in (
        (files, ("job_id", "name", "chunk", *ABOUT)),
        (jobs, ("id", "parameters")),
        (chunks, ("job_id", "number", "market")),
    ):
        for name in names:
            table.append_column(sa.column(name))
    found = connection.execute(
        sa.select(files.c.job_id, files.c.name, chunks.c.market, jobs.c.parameters)
        .join_from(files, chunks, sa.and_(chunks.c.job_id == files.c.job_id, chunks.c.number == files.c.chunk))
        .join(jobs, jobs.c.id == files.c.job_id)
    ).all()
    told = [_told(*row) for row in found]
    if told:
        change = files.update().where(files.c.job_id == sa.bindparam("job"), files.c.name == sa.bindparam("file"))
        connection.execute(change.values({name: sa.bindparam(f"new_{name}") for name in ABOUT}), told)


def _told(job_id: str, name: str, market: str, parameters: str) -> dict[str, str]:
    wanted = json.loads(parameters)
    about = {"market": market, "language": wanted.get("language", ""), "definition": "", "period": ""}
    rest = name.rpartition(".")[0].partition("-")[2]
    for index in wanted.get("definitions", ()):
        before, behind = f"{market}-{index}-", f"-{about['language']}"
        if rest.startswith(before) and rest.endswith(behind) and len(index) >= len(about["definition"]):
            about |= {"definition": index, "period": rest[len(before) : -len(behind)]}
    return {"job": job_id, "file": name, **{f"new_{key}": value for key, value in about.items()}}
