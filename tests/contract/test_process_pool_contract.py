"""What a worker may expect of a pool of processes."""

import math
import operator
import os
import signal
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from dart_batch.adapters.host.process_pool import HostProcessPool
from dart_batch.application.ports.process_pool import ProcessLost, ProcessPool, RemoteFailure
from dart_batch.domain.errors import Transient
from dart_batch.domain.job.date_range import DateRange
from fakes.process_pool import FakeProcessPool


@pytest.fixture(scope="module")
def host() -> Iterator[HostProcessPool]:
    made = HostProcessPool(2)
    yield made
    made.close()


@pytest.fixture(params=["fake", "host"])
def pool(request: pytest.FixtureRequest, host: HostProcessPool) -> ProcessPool:
    return FakeProcessPool() if request.param == "fake" else host


def wait_for(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not reached() and time.monotonic() < end:
        time.sleep(0.005)


def test_a_task_is_called_with_its_arguments(pool: ProcessPool) -> None:
    futures = [pool.submit(lane, operator.mul, lane, 7) for lane in range(5)]

    assert [future.result(30) for future in futures] == [0, 7, 14, 21, 28]


def test_a_typed_error_arrives_as_it_was_raised(pool: ProcessPool) -> None:
    error = pool.submit(0, DateRange.parse, "2020-02-30", "2020-03-01").exception(30)

    assert (type(error).__name__, error.code) == ("InvalidParameters", "invalid-parameters")  # type: ignore[union-attr]


def test_any_other_error_arrives_in_words(pool: ProcessPool) -> None:
    with pytest.raises(RemoteFailure, match="ValueError: math domain error"):
        pool.submit(0, math.sqrt, -1).result(30)


def test_a_dead_process_fails_the_task_it_was_at_and_no_other(host: HostProcessPool) -> None:
    dying, behind, beside = host.submit(0, os._exit, 7), host.submit(0, os.getpid), host.submit(1, os.getpid)

    with pytest.raises(ProcessLost, match="exit code 7") as lost:
        dying.result(30)

    assert isinstance(lost.value, Transient)
    assert behind.result(30) != beside.result(30)


def test_a_process_is_kept_for_the_next_task(host: HostProcessPool) -> None:
    assert host.submit(0, os.getpid).result(30) == host.submit(2, os.getpid).result(30)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_meant_for_the_parent_are_left_to_it(host: HostProcessPool, number: signal.Signals) -> None:
    pid = host.submit(0, os.getpid).result(30)

    os.kill(pid, number)

    assert host.submit(0, os.getpid).result(30) == pid


def test_a_process_is_in_no_session_of_the_parent_so_that_a_terminal_does_not_reach_it(host: HostProcessPool) -> None:
    assert os.getsid(host.submit(0, os.getpid).result(30)) != os.getsid(0)


def test_a_closed_pool_leaves_no_process_and_cancels_what_waits() -> None:
    pool = HostProcessPool(1)
    pid = pool.submit(0, os.getpid).result(30)
    asleep, waiting = pool.submit(0, signal.pause), pool.submit(0, os.getpid)
    wait_for(asleep.running)

    pool.close()

    assert isinstance(asleep.exception(30), ProcessLost)
    assert waiting.cancelled()
    assert not psutil.pid_exists(pid)
