"""Takes the ports before anything else starts, so that a taken one is one clear sentence."""

import errno
import socket
from collections.abc import Iterable

from dart_batch.domain.errors import Refused

BACKLOG = 2048


class PortTaken(Refused):
    """The port cannot be listened on."""

    code = "port-taken"


def listen(host: str, ports: Iterable[tuple[int, str]]) -> list[socket.socket]:
    """A listening socket per (port, how to choose another). All or none. Raises PortTaken."""
    taken: list[socket.socket] = []
    try:
        for port, advice in ports:
            taken.append(_listen(host, port, advice))
    except PortTaken:
        for one in taken:
            one.close()
        raise
    return taken


def _listen(host: str, port: int, advice: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise PortTaken(_sentence(host, port, advice, error), hint="", port=port) from error
    listener.setblocking(False)
    return listener


def _sentence(host: str, port: int, advice: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken; stop the other program or set {advice}."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has; set {advice} to a port above 1023."
    return f"{host}:{port} cannot be listened on ({error.strerror}); name another address with --host."
