"""The command line in this process: real arguments, real exit codes, a home of its own with two series."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from builders import MINI
from dart_batch.application.definitions import store_definition
from dart_batch.bootstrap import App, build
from dart_batch.engine.definition_file import parse_definition
from dart_batch.entrypoints.cli import console, main
from dart_batch.settings import Settings
from fakes.market_data import append, series_frame

AT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """Runs commands against one home; `app` looks at the same home from behind."""

    app: App
    run: Callable[..., Ran]

    def backfill(self, *more: str) -> Ran:
        return self.run("backfill", "--market", "KOSPI", "--definition", "mini", "--chunk-size", "20", *more)

    def queued(self, *more: str) -> str:
        """Id of a job that waits for a worker."""
        job_id: str = self.backfill("--yes", "--detach", "--json", *more).json["jobId"]
        return job_id


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("cli-home")
    app = build(Settings(_env_file=None, dart_home=home, database_url="", dart_data_dir=None))
    days = app.calendars.of("KOSPI").sessions(date(2020, 1, 1), date(2020, 6, 30))
    rows = [("alpha", day, float(day.toordinal() * 7919 % 101)) for day in days]
    rows += [("beta", day, float(day.toordinal() * 104729 % 97)) for day in days]
    append(app.market_data, "KOSPI", series_frame(rows))
    with app.uow() as work:
        store_definition(work, parse_definition(MINI, "mini.toml"), MINI, AT, "tester")
        work.commit("test")
    app.engine.dispose()
    return home


@pytest.fixture
def home(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The furnished home of this test; DART_HOME names it and nothing else is set."""
    for name in (
        "DATABASE_URL",
        "DART_DATA_DIR",
        "DART_FAILPOINT",
        "BATCH_CHUNK_SIZE",
        "DART_API_PORT",
        "DART_UI_PORT",
        "COLUMNS",
    ):
        monkeypatch.delenv(name, raising=False)
    own = tmp_path / "home"
    shutil.copytree(furnished, own)
    monkeypatch.setenv("DART_HOME", str(own))
    monkeypatch.chdir(tmp_path)
    return own


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        console.out.cache_clear()
        console.err.cache_clear()
        monkeypatch.setattr(sys, "argv", ["dart-batch", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        caught = capsys.readouterr()
        return Ran(int(end.value.code or 0), caught.out, caught.err)

    return run


@pytest.fixture
def shell(run: Callable[..., Ran]) -> Shell:
    return Shell(build(), run)
