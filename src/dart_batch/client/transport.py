"""One request after another, with the key, timeouts and repeats."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import stamina

from dart_batch.client.failures import ServerUnavailable, failure_of, unreachable
from dart_batch.client.saving import save

ATTEMPTS = 4


class Transport:
    """Sends requests and answers their JSON. What changes nothing, or carries a key of its own, is repeated when the
    server is away or busy: up to ATTEMPTS times, with growing pauses.
    """

    def __init__(self, url: str, key: str, timeout: float) -> None:
        headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def get(self, path: str, **params: Any) -> Any:
        """JSON of a GET; parameters that are null are left out. Raises ApiError."""
        given = {name: value for name, value in params.items() if value is not None}
        return self._safely("GET", path, params=given)

    def post(
        self, path: str, body: Mapping[str, Any] | None = None, *, once: str | None = None, **params: Any
    ) -> dict[str, Any]:
        """JSON of a POST, repeated only with `once`, its Idempotency-Key. Raises ApiError."""
        options: dict[str, Any] = {"json": None if body is None else dict(body), "params": params}
        if once is None:
            found = self._send("POST", path, **options)
        else:
            found = self._safely("POST", path, headers={"Idempotency-Key": once}, **options)
        answer: dict[str, Any] = found
        return answer

    def download(self, path: str, to: Path) -> None:
        """Write what a GET answers to a file, whole or not at all. Raises ApiError."""
        self._repeated(lambda: self._saved(path, to))

    def _safely(self, method: str, path: str, **options: Any) -> Any:
        return self._repeated(lambda: self._send(method, path, **options))

    def _repeated(self, call: Callable[[], Any]) -> Any:
        for attempt in self._attempts():
            with attempt:
                return call()
        raise AssertionError

    def _attempts(self) -> Iterator[Any]:
        return iter(
            stamina.retry_context(on=_may_pass, attempts=ATTEMPTS, timeout=None, wait_initial=0.1, wait_max=2.0)
        )

    def _send(self, method: str, path: str, **options: Any) -> Any:
        with self._reached():
            answer = self._http.request(method, path, **options)
        if answer.is_error:
            raise failure_of(answer)
        return answer.json()

    def _saved(self, path: str, to: Path) -> None:
        with self._reached(), self._http.stream("GET", path) as answer:
            if answer.is_error:
                answer.read()
                raise failure_of(answer)
            save(answer, to)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        try:
            yield
        except httpx.TransportError as error:
            raise unreachable(str(self._http.base_url), error) from error


def _may_pass(error: Exception) -> bool:
    return isinstance(error, ServerUnavailable) and error.status in (0, 502, 503, 504)
