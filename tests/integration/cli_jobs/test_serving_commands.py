"""`dart-batch serve` and `up`: which ports are taken, and what a taken one says."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from dart_batch.entrypoints.cli.listening import PortTaken, listen
from dart_batch.entrypoints.cli.serve import addresses, open_ports
from dart_batch.settings import Settings


@contextmanager
def free_ports(count: int) -> Iterator[list[int]]:
    """Ports that were free a moment ago."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    yield ports


def ports_of(settings: Settings, port: int | None, ui_port: int | None) -> list[int]:
    sockets = open_ports(settings, "127.0.0.1", port, ui_port)
    found = [int(listener.getsockname()[1]) for listener in sockets]
    for listener in sockets:
        listener.close()
    return found


def test_both_ports_of_the_settings_are_listened_on():
    with free_ports(2) as [api, page]:
        assert ports_of(Settings(_env_file=None, dart_api_port=api, dart_ui_port=page), None, None) == [api, page]


def test_an_explicit_port_is_the_only_one(monkeypatch):
    monkeypatch.delenv("DART_UI_PORT", raising=False)
    with free_ports(1) as [port]:
        assert ports_of(Settings(_env_file=None), port, None) == [port]


def test_an_explicit_port_does_not_hide_an_explicit_page_port(monkeypatch):
    with free_ports(2) as [port, page]:
        monkeypatch.setenv("DART_UI_PORT", str(page))

        assert ports_of(Settings(_env_file=None), port, None) == [port, page]
        assert ports_of(Settings(_env_file=None), port, page) == [port, page]


def test_the_same_port_twice_is_one_socket():
    with free_ports(1) as [port]:
        assert ports_of(Settings(_env_file=None, dart_api_port=port, dart_ui_port=port), None, None) == [port]


def test_a_taken_port_is_one_sentence(run):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        ran = run("serve", "--port", str(port))

    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"Port {port} is taken; stop the other program or set DART_API_PORT / --port.\n"


def test_a_taken_page_port_frees_the_first_one_again():
    with free_ports(1) as [free], socket.create_server(("127.0.0.1", 0)) as other:
        with pytest.raises(PortTaken, match="DART_UI_PORT"):
            listen("127.0.0.1", [(free, "DART_API_PORT"), (other.getsockname()[1], "DART_UI_PORT")])

        listen("127.0.0.1", [(free, "DART_API_PORT")])[0].close()


def test_an_address_of_another_machine_cannot_be_listened_on():
    with pytest.raises(PortTaken, match="--host"):
        listen("192.0.2.1", [(0, "DART_API_PORT")])


def test_addresses_are_those_a_browser_on_this_machine_uses():
    sockets = listen("127.0.0.1", [(0, "")])
    port = sockets[0].getsockname()[1]

    assert addresses("127.0.0.1", sockets) == [f"http://localhost:{port}/batch"]
    assert addresses("example.org", sockets) == [f"http://example.org:{port}/batch"]
    sockets[0].close()
