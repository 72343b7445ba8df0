"""`dart-batch migrate store`, killed with SIGKILL, ends by the same command; its password is nowhere."""

import shutil
import signal
import sqlite3
from pathlib import Path

import pytest
from small_market import dart_batch, give_observations

from builders import MINI

BACKFILL = ["backfill", "--market", "KOSPI", "--definition", "mini", "--from", "2020-01-01", "--to", "2020-04-29"]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("installation") / "home"
    give_observations(home)
    (home / "mini.toml").write_text(MINI)
    for arguments in (["index", "define", str(home / "mini.toml")], [*BACKFILL, "--chunk-size", "20", "--yes"]):
        done = dart_batch(home, *arguments)
        assert done.returncode == 0, done.stderr
    return home


@pytest.mark.parametrize("place", ["before:arrival:4", "after:chunk:3", "before:publish:1"])
def test_the_same_command_goes_on_and_the_new_place_answers_the_same(
    installation: Path, tmp_path: Path, place: str
) -> None:
    home = Path(shutil.copytree(installation, tmp_path / "home"))
    target = f"sqlite:///{tmp_path}/elsewhere.db"
    move = ["migrate", "store", "--to", target, "--yes", "--chunk-size", "30"]

    killed = dart_batch(home, *move, DART_FAILPOINT=f"{place}=SIGKILL")
    early = dart_batch(home, "index", "list", DATABASE_URL=target)
    again = dart_batch(home, *move)

    assert killed.returncode == -signal.SIGKILL
    assert (early.returncode == 1 and "is the target of move" in early.stderr) or place == "before:publish:1"
    assert again.returncode == 0, again.stderr
    assert export(home, tmp_path / "old.csv") == export(home, tmp_path / "new.csv", DATABASE_URL=target)


def test_a_password_in_the_address_is_in_no_column(installation: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(installation, tmp_path / "home"))
    address = "mysql+pymysql://dart:Sw0rdf1sh@127.0.0.1:9/nothing"

    refused = dart_batch(home, "migrate", "store", "--to", address, "--yes")

    assert refused.returncode == 75
    assert "Sw0rdf1sh" not in refused.stdout + refused.stderr
    assert "answer" in refused.stderr
    with sqlite3.connect(home / "dart-batch.db") as connection:
        assert "Sw0rdf1sh" not in "\n".join(connection.iterdump())


def export(home: Path, file: Path, **environment: str) -> bytes:
    done = dart_batch(home, "index", "export", "--definition", "mini", "-o", str(file), **environment)
    assert done.returncode == 0, done.stderr
    return file.read_bytes()
