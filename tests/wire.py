"""A network between a worker and a server that a test can cut."""

import select
import socket
import threading
from contextlib import suppress

from private_servers import HOST

PATIENCE_SECONDS = 60.0


class Wire:
    """A TCP connection through this process that can be cut: both ends stay open, and nothing arrives any more."""

    def __init__(self, port: int) -> None:
        self.whole = threading.Event()
        self.whole.set()
        self._target = port
        self._carriers: list[threading.Thread] = []
        self._listener = socket.create_server((HOST, 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def mend(self) -> None:
        """What was held up arrives, and when this returns both ends have read it."""
        self.whole.set()
        for one in self._carriers:
            one.join(PATIENCE_SECONDS)

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection((HOST, self._target))
                self._carriers.append(threading.Thread(target=self._carry, args=(near, far), daemon=True))
                self._carriers[-1].start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        other = {near: far, far: near}
        with near, far, suppress(OSError):
            while True:
                for one in select.select([near, far], [], [])[0]:
                    self.whole.wait()
                    if not (data := one.recv(65536)):
                        return
                    self.whole.wait()
                    other[one].sendall(data)
