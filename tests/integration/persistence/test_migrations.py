"""The migrations make exactly the schema of the tables, and lead back."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from dart_batch.adapters.persistence import schema, session
from dart_batch.adapters.persistence.every_table import metadata


def test_tables_and_migrations_agree(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, metadata) == []


def test_there_is_one_head_and_it_is_the_one_the_code_needs() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))

    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_a_database_of_a_later_version_is_refused_and_left_as_it_is(engine: sa.Engine) -> None:
    _name_revision(engine, "9999")

    for act in (schema.ensure, schema.upgrade):
        with pytest.raises(schema.SchemaNewer, match="9999") as refusal:
            act(engine)

    assert "Install the version" in refusal.value.hint
    assert schema.current_revision(engine) == "9999"
    _name_revision(engine, schema.HEAD)


def _name_revision(engine: sa.Engine, number: str) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :number"), {"number": number})


def test_a_revision_only_adds_so_that_processes_of_the_version_before_go_on() -> None:
    folder = Path(schema.__file__).parent / "migrations" / "versions"
    upgrades = {file.name: file.read_text().split("def downgrade")[0] for file in folder.glob("[0-9]*.py")}

    assert len(upgrades) >= 9
    assert [name for name, text in upgrades.items() if re.search(r"drop_|alter_column|rename", text)] == []


def test_every_revision_leads_back_and_forth(engine: sa.Engine, tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(schema.__file__).parent / "migrations"))
    for revision in ("0001", "head"):
        with session.writing(engine).begin() as connection:
            config.attributes["connection"] = connection
            (command.downgrade if revision == "0001" else command.upgrade)(config, revision)

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
