"""Writes requirements.lock (run) and requirements-dev.lock (run and test) from pyproject.toml, every version pinned.

Run it in the project's environment: .venv/bin/python scripts/lock.py
"""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
BUILD = ["hatchling==1.27.0", "editables==0.5"]


def pinned(wanted: list[str]) -> list[str]:
    """Names and versions pip would install for the requirements, sorted."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "-"]
    report = subprocess.run([*command, *wanted], check=True, capture_output=True, text=True).stdout
    found = (item["metadata"] for item in json.loads(report)["install"])
    return sorted(f"{item['name'].lower()}=={item['version']}" for item in found)


def main() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    run = project["project"]["dependencies"] + BUILD
    for name, wanted in (("requirements", run), ("requirements-dev", run + project["dependency-groups"]["dev"])):
        (ROOT / f"{name}.lock").write_text("\n".join(pinned(wanted)) + "\n")


if __name__ == "__main__":
    main()
