"""`make audit` fails for a known weakness, and says so where it could not look."""

import subprocess
from collections.abc import Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "audit.py"
INSTALLED = (0, "")


def outcome(*ends: tuple[int, str]) -> tuple[int, list[str]]:
    """What the script says and ends with, when the commands it runs end so."""
    spec = spec_from_file_location("audit_locks", SCRIPT)
    assert spec and spec.loader
    script = module_from_spec(spec)
    spec.loader.exec_module(script)
    left, said = list(ends), list[str]()

    def run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        code, text = left.pop(0)
        return subprocess.CompletedProcess(command, code, text, text)

    return script.audited("python", said.append, run), said


def test_nothing_known_is_a_success_for_each_lock_file() -> None:
    assert outcome(INSTALLED, (0, ""), (0, "")) == (
        0,
        ["requirements.lock: nothing known", "requirements-dev.lock: nothing known"],
    )


def test_a_known_weakness_in_any_lock_file_is_a_failure_that_names_it() -> None:
    code, said = outcome(INSTALLED, (1, "jinja2 2.0 PYSEC-1"), (0, ""))

    assert code == 1 and "PYSEC-1" in said[0]


def test_without_a_package_index_nothing_is_checked_and_that_is_said() -> None:
    code, [said] = outcome((1, "no matching distribution"))

    assert code == 0 and said.startswith("not checked")


@pytest.mark.parametrize("sign", ["requests.exceptions.ConnectionError", "Max retries exceeded with url"])
def test_an_index_that_does_not_answer_is_told_apart_from_a_weakness(sign: str) -> None:
    code, said = outcome(INSTALLED, (1, sign), (1, sign))

    assert code == 0 and all("not checked" in line for line in said)


def test_packages_that_were_skipped_do_not_pass_for_checked() -> None:
    code, said = outcome(INSTALLED, (0, "jinja2 could not be audited"), (0, ""))

    assert (code, "not checked" in said[0]) == (0, True)


def test_a_failure_for_any_other_reason_is_no_success() -> None:
    assert outcome(INSTALLED, (1, "cannot parse requirements"), (0, ""))[0] == 1
