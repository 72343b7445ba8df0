"""Traces as a real collector receives them."""

import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from sqlalchemy.exc import OperationalError

from api_desk import Api, furnished, settings
from builders import NOW, job
from dart_batch.adapters.observability.traces import Traces
from dart_batch.bootstrap import build
from dart_batch.domain.job.chunk import Chunk
from dart_batch.settings import InvalidSettings


@dataclass
class Collector:
    """Keeps the spans that were sent to it."""

    endpoint: str
    spans: list[Span] = field(default_factory=list)

    def named(self, beginning: str) -> list[Span]:
        return [span for span in self.spans if span.name.startswith(beginning)]


@pytest.fixture
def collector() -> Iterator[Collector]:
    class Intake(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent = ExportTraceServiceRequest.FromString(body)
            found.spans += [span for part in sent.resource_spans for scope in part.scope_spans for span in scope.spans]
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Intake)
    found = Collector(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()


def traced(folder: Path, endpoint: str) -> Api:
    return furnished(folder, otel_exporter_otlp_endpoint=endpoint)


def told(span: Span) -> dict[str, Any]:
    return {one.key: one.value.string_value or one.value.int_value for one in span.attributes}


def test_an_attempt_is_a_trace_with_a_span_for_each_chunk(collector: Collector, tmp_path: Path) -> None:
    api = traced(tmp_path, collector.endpoint)
    published = api.published()
    assert api.core.traces is not None
    api.core.traces.close()

    (attempt,), chunks = collector.named("attempt"), collector.named("chunk")

    assert told(attempt)["job.id"] == published["jobId"]
    assert told(attempt)["job.outcome"] == "completed"
    assert sorted(told(chunk)["chunk.number"] for chunk in chunks) == list(range(1, 8))
    assert {chunk.parent_span_id for chunk in chunks} == {attempt.span_id}
    assert all(attempt.start_time_unix_nano <= chunk.end_time_unix_nano for chunk in chunks)
    assert all(chunk.end_time_unix_nano <= attempt.end_time_unix_nano for chunk in chunks)


def test_a_request_is_a_trace_under_the_template_of_its_path(collector: Collector, tmp_path: Path) -> None:
    api = traced(tmp_path, collector.endpoint)
    api.client().get("/api/batch/jobs/nobody")
    assert api.core.traces is not None
    api.core.traces.close()

    (request,) = collector.named("GET")

    assert request.name == "GET /api/batch/jobs/{jobId}"
    assert told(request)["http.response.status_code"] == 404
    assert request.status.code == Status.STATUS_CODE_UNSET


def test_an_attempt_that_fails_is_marked(collector: Collector, tmp_path: Path) -> None:
    api = traced(tmp_path, collector.endpoint)
    submitted = api.submitted()
    for file in (tmp_path / "data").rglob("*.parquet"):
        file.write_bytes(b"")
    api.run(submitted["jobId"])
    assert api.core.traces is not None
    api.core.traces.close()

    (attempt,) = collector.named("attempt")

    assert attempt.status.code == Status.STATUS_CODE_ERROR


def test_an_attempt_whose_ledger_cannot_be_read_is_told_with_the_error(collector: Collector) -> None:
    def broken(job_id: str) -> list[Chunk]:
        raise OperationalError("SELECT", {}, Exception("locked"))

    traces = Traces(collector.endpoint, broken, lambda: NOW)
    traces.attempt(replace(job(), attempt_started_at=NOW), "completed")
    traces.close()

    (attempt,) = collector.named("attempt")
    assert [event.name for event in attempt.events] == ["exception"]


def test_without_a_collector_there_are_no_traces(tmp_path: Path) -> None:
    assert furnished(tmp_path).core.traces is None


def test_a_collector_without_the_packages_for_it_is_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "dart_batch.adapters.observability.traces", raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)

    with pytest.raises(InvalidSettings, match="OTEL_EXPORTER_OTLP_ENDPOINT") as refused:
        build(settings(tmp_path, otel_exporter_otlp_endpoint="http://localhost:1"))

    assert "dart-batch[telemetry]" in refused.value.hint
