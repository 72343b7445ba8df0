"""Reports on the command line, killed with SIGKILL around a commit, end in the same files."""

import hashlib
import shutil
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest
from small_market import dart_batch, give_observations

from builders import MINI

BACKFILL = ("backfill", "--market", "KOSPI", "--definition", "mini", "--yes")
REPORT = ("report", "--market", "KOSPI", "--definition", "mini", "--format", "pdf,csv", "--language", "ko", "--yes")


class Desk:
    """The command line with a database and a store of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def report(self, failpoint: str = "") -> subprocess.CompletedProcess[str]:
        return dart_batch(self.home, *REPORT, DART_FAILPOINT=failpoint)

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.home / "dart-batch.db") as connection:
            return connection.execute(sql).fetchall()

    def files(self) -> dict[str, str]:
        """Hash of each file, whatever it is called; a second folder would be an error."""
        [folder] = (self.home / "artefacts").iterdir()
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}

    def recorded(self) -> dict[object, object]:
        return dict(self.rows("SELECT name, sha256 FROM batch_artefacts"))


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a published index."""
    home = tmp_path_factory.mktemp("prepared") / "home"
    give_observations(home)
    (home / "mini.toml").write_text(MINI)
    for command in (("index", "define", str(home / "mini.toml")), BACKFILL):
        done = dart_batch(home, *command)
        assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def desk(prepared: Path, tmp_path: Path) -> Desk:
    return Desk(Path(shutil.copytree(prepared, tmp_path / "home")))


@pytest.fixture(scope="module")
def uninterrupted(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The files of a run that nothing disturbed."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    shutil.copytree(prepared, home)
    finished = Desk(home).report()
    assert finished.returncode == 0, finished.stderr
    return Desk(home).files()


@pytest.mark.parametrize(
    "place", ["after:submit:1", "before:chunk:1", "after:chunk:1", "before:chunk:3", "before:publish:1"]
)
def test_the_same_command_goes_on_and_ends_in_the_same_files(
    desk: Desk, uninterrupted: dict[str, str], place: str
) -> None:
    killed = desk.report(f"{place}=SIGKILL")
    on_record = desk.recorded()
    for name, digest in on_record.items():
        assert desk.files()[str(name)] == digest

    again = desk.report()

    assert killed.returncode == -signal.SIGKILL
    assert again.returncode == 0, again.stderr
    assert desk.files() == desk.recorded() == uninterrupted
    assert desk.rows("SELECT status, count(*) FROM batch_jobs WHERE type = 'BULK_REPORT' GROUP BY 1") == [
        ("COMPLETED", 1)
    ]
    twice = "SELECT count(*) - count(DISTINCT job_id || chunk) FROM batch_logs WHERE event = 'chunk-done'"
    assert desk.rows(twice) == [(0,)]


def test_what_a_killed_worker_left_in_place_of_a_file_is_replaced(desk: Desk, uninterrupted: dict[str, str]) -> None:
    desk.report("before:chunk:2=SIGKILL")
    [folder] = (desk.home / "artefacts").iterdir()
    unrecorded = set(uninterrupted) - {str(name) for name in desk.recorded()}
    (folder / sorted(unrecorded)[0]).write_bytes(b"half a file, as a machine without our rename would leave it")

    again = desk.report()

    assert again.returncode == 0, again.stderr
    assert desk.files() == uninterrupted
