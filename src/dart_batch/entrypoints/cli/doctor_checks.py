"""The checks of `dart-batch doctor`. None of them changes anything."""

import os
import shutil
import socket
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from dart_batch.entrypoints.cli.database_checks import database_checks
from dart_batch.entrypoints.cli.health import FAIL, OK, WARN, Check
from dart_batch.settings import Settings, load_settings

NEEDED_PYTHON = (3, 11)
LITTLE_DISK = 1024**3
NO_DISK = 100 * 1024**2


def examine() -> list[Check]:
    """All checks, in the order in which they build on each other."""
    settings = load_settings()
    return [*_installation(settings), *database_checks(settings), *_ports(settings)]


def _installation(settings: Settings) -> Iterator[Check]:
    yield _python()
    yield _folder("home folder", settings.home, "DART_HOME")
    yield _folder("data folder", settings.data_dir, "DART_DATA_DIR")
    yield _disk(settings.home)
    yield _page()


def _ports(settings: Settings) -> Iterator[Check]:
    yield _port("API port", settings.dart_api_port, "DART_API_PORT")
    yield _port("page port", settings.dart_ui_port, "DART_UI_PORT")


def _python() -> Check:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info >= NEEDED_PYTHON:
        return Check("Python", OK, found)
    return Check("Python", FAIL, found, "Install Python 3.11 or newer.")


def _folder(name: str, folder: Path, setting: str) -> Check:
    nearest = _existing(folder)
    if not os.access(nearest, os.W_OK | os.X_OK):
        return Check(name, FAIL, f"{nearest} is not writable", f"Make it writable, or set {setting} to another place.")
    return Check(name, OK, str(folder) if folder.exists() else f"{folder} (will be made)")


def _existing(folder: Path) -> Path:
    return next((place for place in (folder, *folder.parents) if place.exists()), Path("/"))


def _disk(folder: Path) -> Check:
    free = shutil.disk_usage(_existing(folder)).free
    found = f"{free / 1024**3:.1f} GB free"
    if free < NO_DISK:
        return Check("disk", FAIL, found, "Free disk space: the database needs room to commit.")
    return Check("disk", OK, found) if free >= LITTLE_DISK else Check("disk", WARN, found, "Free some disk space soon.")


def _page() -> Check:
    page = files("dart_batch") / "entrypoints" / "api" / "page" / "index.html"
    if page.is_file():
        return Check("web page", OK, "built")
    return Check(
        "web page", WARN, "not built", "Install Node 20 and run `make run`; API and command line work without it."
    )


def _port(name: str, port: int, setting: str) -> Check:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        taken = probe.connect_ex(("127.0.0.1", port)) == 0
    if taken:
        advice = f"Nothing, if that is dart-batch itself; otherwise stop the other program or set {setting}."
        return Check(name, WARN, f"something listens on {port}", advice)
    return Check(name, OK, f"{port} is free")
