"""`dart-batch db`, `doctor`, `version`, `openapi`, and settings that cannot be used."""

import json
import socket
import subprocess
import sys
from importlib.metadata import version

import pytest


def states(ran):
    return {check["name"]: check["state"] for check in ran.json["checks"]}


def test_the_schema_of_a_new_database_is_upgraded_once(run, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/new.db")

    before, first, second = run("db", "current"), run("db", "upgrade"), run("db", "upgrade")

    assert "none" in before.out
    assert "is now at" in first.out
    assert "up to date" in second.out


def test_a_sound_installation_passes(run):
    ran = run("doctor", "--json")

    assert (ran.code, ran.json["status"]) == (0, "OK")
    assert states(ran)["data KOSPI"] == "ok"
    assert states(ran)["journal mode"] == "ok"


def test_a_check_that_fails_is_the_exit_code_and_says_what_to_do(run, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "sqlite:////proc/nowhere/x.db")

    ran = run("doctor", "--json")

    failed = next(check for check in ran.json["checks"] if check["name"] == "database")
    assert (ran.code, failed["state"]) == (1, "fail")
    assert "DATABASE_URL" in failed["advice"]


def test_waiting_jobs_without_a_worker_are_a_warning(shell):
    shell.queued()

    ran = shell.run("doctor", "--json")

    assert (ran.code, states(ran)["workers"]) == (0, "warn")


def test_a_taken_port_is_a_warning(run, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("DART_API_PORT", str(other.getsockname()[1]))

        ran = run("doctor", "--json")

    assert states(ran)["API port"] == "warn"


def test_doctor_is_readable_without_json(run):
    assert "journal mode" in run("doctor").out


@pytest.mark.parametrize("spelling", ["version", "--version"])
def test_the_version_is_that_of_the_package(run, spelling):
    assert run(spelling).out == f"dart-batch {version('dart-batch')}\n"


def test_openapi_is_printed_without_touching_a_database(run, tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/untouched.db")

    described = run("openapi").json

    assert "/api/batch/jobs" in described["paths"]
    assert not (tmp_path / "untouched.db").exists()


@pytest.mark.parametrize(
    ("name", "value", "code", "words"),
    [
        ("DART_API_PORT", "abc", 2, "DART_API_PORT: "),
        ("BATCH_CHUNK_SIZE", "0", 2, "BATCH_CHUNK_SIZE: "),
        ("DATABASE_URL", "nonsense", 1, "DATABASE_URL is not a database URL."),
        ("DATABASE_URL", "mysql+nodriver://x@127.0.0.1/y", 1, "DATABASE_URL is not a database URL."),
        ("DART_HOME", "/proc/nowhere", 1, "cannot be written"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_in_one_sentence(run, monkeypatch, name, value, code, words):
    monkeypatch.setenv(name, value)

    ran = run("jobs", "list")

    assert (ran.code, ran.out) == (code, "")
    assert words in ran.err
    assert "Traceback" not in ran.err


def test_help_loads_nothing_heavy():
    program = (
        "import json, sys\n"
        "from dart_batch.entrypoints.cli.app import app\n"
        "try:\n    app(['--help'])\n"
        "except SystemExit:\n    pass\n"
        "print(json.dumps(sorted(name for name in sys.modules if '.' not in name)))"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    loaded = set(json.loads(ran.stdout.splitlines()[-1]))
    assert loaded & {"polars", "numpy", "sqlalchemy", "pydantic", "fastapi", "uvicorn", "rich", "matplotlib"} == set()
