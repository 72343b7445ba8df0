"""The catalogue of checks, and the documents that repeat it."""

from pathlib import Path

from dart_batch.application.finding_views import catalogue
from dart_batch.domain.job.parameters import ValidationLevel
from dart_batch.engine.validation.catalogue import OF_OBSERVATIONS, OF_READINGS
from dart_batch.engine.validation.imports import IMPORT_CHECKS

ROOT = Path(__file__).parents[3]


def test_the_table_of_checks_in_the_documents_is_the_one_of_the_code() -> None:
    lines = (ROOT / "docs" / "validation.md").read_text().splitlines()

    documented = [line for line in lines if line.startswith("| `")]

    assert documented == [
        f"| `{one['code']}` | {one['severity']} | {one['level'].lower()} | {one['explanation']} | {one['mend']} |"
        for one in catalogue()
    ]


def test_a_code_means_one_check() -> None:
    facts = {(one.code, one.severity, one.thorough) for one in (*OF_READINGS, *OF_OBSERVATIONS, *IMPORT_CHECKS)}

    assert len(facts) == len({code for code, _, _ in facts})


def test_every_check_says_what_it_means_and_what_to_do() -> None:
    assert all(one["explanation"].endswith(".") and one["mend"].endswith(".") for one in catalogue())
    assert {one["level"] for one in catalogue()} == set(ValidationLevel)
