"""The wheel, built and installed into an environment of its own: page, data, definitions and migrations are inside."""

import email
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/dart_batch"
NOT_SHIPPED = {"__pycache__", ".built"}
ASK_FOR_THE_PAGE = """
from fastapi.testclient import TestClient
from dart_batch.entrypoints.api.app import create_app
with TestClient(create_app(), base_url="http://localhost") as client:
    answer = client.get("/batch")
print(answer.status_code, answer.text)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Path of `dart-batch` in an environment with the wheel and, by reference, the libraries of this one."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)
    python = environment / "bin/python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--disable-pip-version-check", str(wheel)], check=True)
    site = environment / Path(sysconfig.get_path("purelib")).relative_to(sys.prefix)
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return environment / "bin/dart-batch"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(program: Path, home: Path, *arguments: str) -> str:
    """What the command prints. It runs outside of the checkout and must end well."""
    environment = {"PATH": os.defpath, "DART_HOME": str(home), "COLUMNS": "200"}
    ran = subprocess.run(
        [str(program), *arguments], cwd=home.parent, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_all_of_the_package_and_nothing_else_is_inside(names: set[str]) -> None:
    shipped = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and not NOT_SHIPPED & set(path.parts) and path.suffix != ".pyc"
    }

    own = {name for name in names if ".dist-info/" not in name}
    assert own == shipped
    assert {"dart_batch/entrypoints/api/page/index.html"} <= own or not (PACKAGE / "entrypoints/api/page").exists()


def test_licence_and_notice_travel_with_the_data(wheel: Path, names: set[str]) -> None:
    about = {name.rpartition("/")[2]: name for name in names if ".dist-info/" in name}

    with zipfile.ZipFile(wheel) as archive:
        notice = archive.read(about["NOTICE"]).decode()
        metadata = email.message_from_bytes(archive.read(about["METADATA"]))
    assert notice == (ROOT / "NOTICE").read_text()
    assert metadata["License-Expression"] == "MIT"
    assert set(metadata.get_all("License-File", [])) == {"LICENSE", "NOTICE"}
    assert {name for name in names if "bundled/licences/" in name}


def test_the_installed_program_is_the_wheels_and_not_the_checkouts(installed: Path, home: Path) -> None:
    python = installed.with_name("python")
    home.mkdir()

    place = run(python, home, "-c", "import dart_batch; print(dart_batch.__file__)")

    assert Path(place.strip()).is_relative_to(installed.parents[1])


def test_the_installed_program_migrates_lists_its_definitions_and_computes(installed: Path, home: Path) -> None:
    upgraded = run(installed, home, "db", "upgrade")
    listed = run(installed, home, "index", "list")
    shown = run(installed, home, "demo")

    assert "The schema is now at" in upgraded
    assert all(name in listed for name in ("cnn", "kospi", "us"))
    assert "US / us  2022-12-28" in shown
    assert "is completed: 8,313 sessions" in shown


def test_the_installed_program_serves_the_page(installed: Path, home: Path) -> None:
    if not (PACKAGE / "entrypoints/api/page/index.html").exists():
        pytest.skip("the page is not built here: Node 20.19 or newer is missing")
    home.mkdir()

    answer = run(installed.with_name("python"), home, "-c", ASK_FOR_THE_PAGE)

    assert answer.startswith("200 <!doctype html>")
    assert "/batch/assets/" in answer
