"""The command line in this process, with real arguments and exit codes; homes with and without an index."""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builders import MINI
from dart_batch.entrypoints.cli import console, main

HOLIDAYS = {date(2024, 2, 9), date(2024, 2, 12), date(2024, 3, 1), date(2024, 4, 10)}
FIRST, LAST, GAP = date(2024, 1, 2), date(2024, 4, 30), (date(2024, 3, 11), date(2024, 3, 13))


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


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def series_csv() -> str:
    """Two wide series; both are missing inside GAP, and beta ends a month early."""
    lines = ["date,alpha,beta"]
    days = [date.fromordinal(number) for number in range(FIRST.toordinal(), LAST.toordinal() + 1)]
    for day in (day for day in days if day.weekday() < 5 and day not in HOLIDAYS):
        beta = day.toordinal() * 104729 % 97 if day < date(2024, 4, 1) else ""
        if not GAP[0] <= day <= GAP[1]:
            lines.append(f"{day},{day.toordinal() * 7919 % 101},{beta}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, series_csv: str) -> Path:
    """A home with the series of `series_csv` and the index `mini` computed from them, made by commands."""
    home = tmp_path_factory.mktemp("published")
    (home / "mini.toml").write_text(MINI)
    (home / "series.csv").write_text(series_csv)
    commands = (
        ("data", "import", str(home / "series.csv"), "--market", "KOSPI", "--as", "series", "--yes"),
        ("index", "define", str(home / "mini.toml")),
        ("backfill", "--market", "KOSPI", "--definition", "mini", "--yes"),
    )
    with pytest.MonkeyPatch.context() as patch:
        _settle(patch, home)
        for command in commands:
            patch.setattr(sys, "argv", ["dart-batch", *command])
            with pytest.raises(SystemExit) as end:
                main()
            assert end.value.code in (0, None), command
    return home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    _settle(monkeypatch, tmp_path / "home")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs commands against the empty home."""

    def command(*arguments: str) -> Ran:
        capsys.readouterr()
        console.out.cache_clear()
        monkeypatch.setattr(sys, "argv", ["dart-batch", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        caught = capsys.readouterr()
        return Ran(int(end.value.code or 0), caught.out, caught.err)

    return command


@pytest.fixture
def index(run: Run, published: Path, home: Path) -> Run:
    """Runs commands against a copy of the home with a published index."""
    shutil.copytree(published, home)
    return run


def _settle(patch: pytest.MonkeyPatch, home: Path) -> None:
    for name in ("DATABASE_URL", "DART_DATA_DIR", "DART_FAILPOINT", "BATCH_CHUNK_SIZE", "COLUMNS"):
        patch.delenv(name, raising=False)
    patch.setenv("DART_HOME", str(home))
