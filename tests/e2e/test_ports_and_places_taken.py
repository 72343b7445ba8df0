"""A taken port and a place that cannot be written to: one clear sentence, what to do, and a failing exit."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from dart_batch.entrypoints.cli import main

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("dart-batch")
NO_FOLDER = "/dev/null/below"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home that nothing but DART_HOME names."""
    for name in [name for name in os.environ if name.startswith(("DART_", "BATCH_", "DATABASE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DART_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def refusal(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[str]]:
    """Exit code and the lines on stderr of a command that prints no result."""
    monkeypatch.setattr(sys, "argv", ["dart-batch", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    caught = capsys.readouterr()
    assert caught.out == ""
    return int(end.value.code or 0), caught.err.splitlines()


@pytest.mark.parametrize("command", ["up", "serve"])
def test_a_taken_port_is_one_sentence_and_starts_nothing(command: str, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ran = subprocess.run([PROGRAM, command, "--port", str(port)], capture_output=True, text=True, check=False)

    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr == f"Port {port} is taken; stop the other program or set DART_API_PORT / --port.\n"
    assert not home.exists()


def test_make_run_fails_when_a_port_is_taken(home: Path, tmp_path: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is missing")
    checkout = tmp_path / "checkout"
    (checkout / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", checkout)
    (checkout / "scripts/setup.sh").symlink_to(shutil.which("true") or "/bin/true")
    (checkout / ".venv").symlink_to(PROGRAM.parents[1])

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ran = subprocess.run(
            ["make", "run"],
            cwd=checkout,
            env=os.environ | {"DART_API_PORT": port},
            capture_output=True,
            text=True,
            check=False,
        )

    assert ran.returncode != 0
    assert ran.stderr.splitlines()[0] == (
        f"Port {port} is taken; stop the other program or set DART_API_PORT / --port."
    )


@pytest.mark.parametrize(
    ("variable", "value", "sentence", "advice"),
    [
        ("DART_HOME", NO_FOLDER, f"The database file {NO_FOLDER}/dart-batch.db cannot be written", "DART_HOME"),
        ("DATABASE_URL", f"sqlite:///{NO_FOLDER}/x.db", f"file {NO_FOLDER}/x.db cannot be written", "DATABASE_URL"),
        ("DART_DATA_DIR", NO_FOLDER, f"The observation store cannot write to {NO_FOLDER}/US", "DART_DATA_DIR"),
    ],
)
def test_a_place_that_cannot_be_written_is_named_with_the_setting_that_moves_it(
    variable: str,
    value: str,
    sentence: str,
    advice: str,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(variable, value)

    code, said = refusal(["demo"], monkeypatch, capsys)

    assert code == 1
    assert len(said) == 2
    assert sentence in said[0]
    assert advice in said[1]


def test_up_says_that_its_key_cannot_be_kept_before_it_works(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DART_HOME", NO_FOLDER)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/own.db")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])

    code, said = refusal(["up", "--port", port], monkeypatch, capsys)

    assert code == 1
    assert said[0] == f"{NO_FOLDER}/admin.key cannot be written: Not a directory."
    assert "DART_HOME" in said[1]
    with sqlite3.connect(tmp_path / "own.db") as connection:
        made = connection.execute("SELECT (SELECT count(*) FROM api_keys), (SELECT count(*) FROM batch_jobs)")
        assert made.fetchone() == (0, 0)
