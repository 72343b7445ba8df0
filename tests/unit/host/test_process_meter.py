"""What a worker's process uses."""

import time

import pytest

from dart_batch.adapters.host.process_meter import ProcessMeter


def test_the_first_sample_counts_from_the_start_of_the_process() -> None:
    sample = ProcessMeter().sample()

    assert sample.cpu_percent > 0
    assert 10_000_000 < sample.rss_bytes < 10_000_000_000


def test_a_busy_core_counts_as_a_hundred_percent() -> None:
    meter = ProcessMeter()
    meter.sample()
    began, spent = time.monotonic(), time.process_time()
    while time.monotonic() < began + 0.3:
        sum(range(1000))
    expected = 100 * (time.process_time() - spent) / (time.monotonic() - began)

    assert meter.sample().cpu_percent == pytest.approx(expected, abs=15)


def test_two_samples_at_once_share_their_processor_figure() -> None:
    meter = ProcessMeter()

    assert meter.sample().cpu_percent == meter.sample().cpu_percent
