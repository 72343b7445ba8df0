"""Asks pip-audit whether a pinned version has a known weakness. Ends with 1 when one has, or a file cannot be read.

Where pip-audit or the index of weaknesses cannot be reached it says "not checked" and ends with 0.
Run it as `make audit`.
"""

import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIP_AUDIT = "pip-audit==2.9.0"
OFFLINE = ("ConnectionError", "ServiceError", "Max retries exceeded", "Name or service not known", "timed out")
SKIPPED = "could not be audited"
Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


def run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """The command's end and what it wrote."""
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def audited(python: str, say: Callable[[str], None], run: Run = run) -> int:
    """0 when nothing is known against the lock files or nothing could be asked, and 1 otherwise."""
    got = run([python, "-m", "pip", "install", "--quiet", PIP_AUDIT])
    if got.returncode:
        say(f"not checked: {PIP_AUDIT} cannot be installed here. Run `make audit` where a package index answers.")
        return 0
    return max(_asked(python, lock, say, run) for lock in LOCKS)


def _asked(python: str, lock: str, say: Callable[[str], None], run: Run) -> int:
    asked = run([python, "-m", "pip_audit", "--no-deps", "--disable-pip", "--requirement", lock])
    if asked.returncode and any(sign in asked.stderr for sign in OFFLINE):
        say(f"{lock}: not checked: the index of known weaknesses does not answer.")
        return 0
    unknown = asked.stdout.count(SKIPPED)
    if unknown and not asked.returncode:
        say(f"{lock}: not checked: the index of known weaknesses does not tell about {unknown} of its packages.")
        return 0
    say(f"{lock}: {'nothing known' if not asked.returncode else (asked.stdout + asked.stderr).strip()}")
    return int(asked.returncode != 0)


def main() -> int:
    """In an environment that is thrown away, so that nothing of pip-audit stays in the project's own."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        return audited(str(Path(folder) / "bin" / "python"), print)


if __name__ == "__main__":
    sys.exit(main())
