"""Observations of a small market, imported as a user imports them."""

import csv
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

from builders import MINI

DAYS = [date(2020, 1, 1) + timedelta(days=offset) for offset in range(120)]


def dart_batch(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a home of its own, to its end."""
    return subprocess.run(
        command(*arguments),
        env=surroundings(home) | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def command(*arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name("dart-batch")), *arguments]


def surroundings(home: Path) -> dict[str, str]:
    """The environment without what a developer may have set for this product."""
    own = ("DART_", "BATCH_", "DATABASE_URL")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(own)}
    return kept | {"DART_HOME": str(home), "NO_COLOR": "1"}


def give_observations(home: Path, *markets: str) -> None:
    """Two series of whole numbers on the weekdays of four months, for KOSPI or the markets that are named."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "series.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "alpha", "beta"])
        weekdays = [day for day in DAYS if day.weekday() < 5]
        writer.writerows([day, day.toordinal() * 7919 % 101, day.toordinal() * 104729 % 97] for day in weekdays)
    for market in markets or ("KOSPI",):
        target = ("--market", market, "--as", "series", "--accept-warnings", "--yes")
        imported = dart_batch(home, "data", "import", str(home / "series.csv"), *target)
        assert imported.returncode == 0, imported.stderr


def give_index(home: Path) -> Path:
    """The observations of KOSPI and the definition `mini`, before any job; answers the home."""
    give_observations(home)
    (home / "mini.toml").write_text(MINI)
    defined = dart_batch(home, "index", "define", str(home / "mini.toml"))
    assert defined.returncode == 0, defined.stderr
    return home
