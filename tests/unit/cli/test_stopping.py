"""Signals as requests to stop."""

import os
import signal

import pytest

from dart_batch.entrypoints.cli.stopping import stop_on_signals


def send(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_to_stop_and_is_announced_once(number):
    said = []

    with stop_on_signals(lambda: said.append("stop")) as stop:
        before = stop.is_set()
        send(number)
        send(signal.SIGTERM)

    assert (before, stop.is_set(), said) == (False, True, ["stop"])


def test_a_second_ctrl_c_interrupts_at_once():
    with pytest.raises(KeyboardInterrupt), stop_on_signals():
        send(signal.SIGINT)
        send(signal.SIGINT)


def test_the_handlers_are_as_before_afterwards():
    before = signal.getsignal(signal.SIGTERM)

    with stop_on_signals():
        assert signal.getsignal(signal.SIGTERM) is not before

    assert signal.getsignal(signal.SIGTERM) is before
