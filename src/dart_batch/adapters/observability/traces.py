"""Spans for an OpenTelemetry collector: one trace per request, and one per attempt with a span for each chunk.

Spans of an attempt are made when it ends, from the ledger, so that running jobs pay nothing for them.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, set_span_in_context
from sqlalchemy.exc import OperationalError

from dart_batch import __version__
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk

FAILED = ("failed", "lease-lost")
MOST_CHUNKS = 1000


class Traces:
    """Sends spans to `endpoint`/v1/traces in the background; one that cannot be sent is dropped, and the SDK says so.
    An attempt whose ledger cannot be read has no chunks, and holds the error.

    `ledger` answers the chunks of a job, `now` the present moment.
    """

    def __init__(self, endpoint: str, ledger: Callable[[str], Sequence[Chunk]], now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._now = now
        resource = Resource.create({SERVICE_NAME: "dart-batch", SERVICE_VERSION: __version__})
        self._provider = TracerProvider(resource=resource)
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("dart_batch", __version__)

    def attempt(self, job: BatchJob, outcome: str | None) -> None:
        """An attempt that has ended; one that begins (null) is not told. At most MOST_CHUNKS chunks get a span."""
        if outcome is None or job.attempt_started_at is None:
            return
        began = job.attempt_started_at
        told: dict[str, Any] = {
            "job.id": job.id,
            "job.type": job.type.value,
            "job.attempt": job.fence,
            "job.outcome": outcome,
        }
        span = self._tracer.start_span(f"attempt {job.type.value}", attributes=told, start_time=_nanoseconds(began))
        try:
            mine = [chunk for chunk in self._ledger(job.id) if chunk.finished_at and chunk.finished_at >= began]
        except OperationalError as error:
            span.record_exception(error)
            mine = []
        for chunk in mine[:MOST_CHUNKS]:
            self._chunk(span, chunk)
        _close(span, self._now(), failed=outcome in FAILED)

    def request(self, method: str, route: str, status: int, milliseconds: float) -> None:
        """A request that was answered; `route` is the template of its path."""
        end = self._now()
        told: dict[str, Any] = {"http.request.method": method, "http.route": route, "http.response.status_code": status}
        start = _nanoseconds(end - timedelta(milliseconds=milliseconds))
        span = self._tracer.start_span(f"{method} {route}", attributes=told, kind=SpanKind.SERVER, start_time=start)
        _close(span, end, failed=status >= 500)

    def close(self) -> None:
        """Send what waits."""
        self._provider.shutdown()

    def _chunk(self, attempt: Span, chunk: Chunk) -> None:
        assert chunk.finished_at is not None  # noqa: S101  the caller leaves out what is not done
        told: dict[str, Any] = {
            "chunk.number": chunk.number,
            "chunk.market": chunk.market,
            "chunk.written": chunk.written,
        }
        start = chunk.finished_at - timedelta(milliseconds=chunk.duration_ms or 0.0)
        span = self._tracer.start_span(
            f"chunk {chunk.number}",
            context=set_span_in_context(attempt),
            attributes=told | {"chunk.failed_tries": chunk.tries},
            start_time=_nanoseconds(start),
        )
        _close(span, chunk.finished_at, failed=False)


def _close(span: Span, at: datetime, *, failed: bool) -> None:
    if failed:
        span.set_status(Status(StatusCode.ERROR))
    span.end(_nanoseconds(at))


def _nanoseconds(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000) * 1000
