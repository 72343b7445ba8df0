"""The settings of the strategies reach the worker."""

from pathlib import Path

import pytest

from dart_batch.application.execution.strategies.stream import MicroBatch
from dart_batch.bootstrap import build
from dart_batch.domain.errors import Refused
from dart_batch.settings import load_settings


def test_processes_and_micro_batches_are_as_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in {
        "DART_HOME": str(tmp_path),
        "BATCH_PARALLEL_PROCESSES": "3",
        "BATCH_STREAM_SESSIONS": "7",
        "BATCH_STREAM_MS": "1.5",
    }.items():
        monkeypatch.setenv(name, text)

    driving = build(load_settings()).worker().runner.driving

    assert driving.pool is not None
    assert (driving.pool.size, driving.batch) == (3, MicroBatch(7, 1.5))


@pytest.mark.parametrize(
    ("name", "text"),
    [("BATCH_PARALLEL_PROCESSES", "0"), ("BATCH_STREAM_SESSIONS", "0"), ("BATCH_STREAM_MS", "-1")],
)
def test_values_that_make_no_sense_are_refused_by_name(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, text)

    with pytest.raises(Refused, match=name):
        load_settings()
