"""What this process and its helpers use."""

import subprocess
import sys
import threading
import time

import psutil
import pytest

from dart_batch.adapters.host.resources import HostResources

BUSY = 0.05


def burn(seconds: float) -> None:
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_memory_is_that_of_this_process_and_its_helpers() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as helper:
        alone, together = HostResources(list).memory_bytes(), HostResources(lambda: [helper.pid]).memory_bytes()
        helper.communicate(b"\n")

    assert alone == pytest.approx(psutil.Process().memory_info().rss, rel=0.2)
    assert together > alone


def test_a_helper_that_is_gone_counts_nothing() -> None:
    resources = HostResources(lambda: [2**22 + 1])

    assert resources.memory_bytes() > 0


def test_a_job_is_charged_for_what_its_thread_uses_while_it_works() -> None:
    meter = HostResources(list).meter()
    meter.start()
    burn(BUSY)
    meter.stop()
    burn(BUSY)

    assert meter.seconds() == pytest.approx(BUSY, abs=0.4 * BUSY)


def test_each_job_pays_for_its_own_thread() -> None:
    resources = HostResources(list)
    idle, busy = resources.meter(), resources.meter()
    done = threading.Event()

    def work() -> None:
        busy.start()
        burn(BUSY)
        busy.stop()
        done.set()

    idle.start()
    threading.Thread(target=work).start()
    done.wait(10)
    idle.stop()

    assert busy.seconds() >= BUSY
    assert idle.seconds() < 0.5 * BUSY


def test_memory_that_is_free_can_be_given_back() -> None:
    HostResources(list).give_back()
