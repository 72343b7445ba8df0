"""GET /metrics for Prometheus."""

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.types import Scope

from dart_batch.adapters.persistence.worker_queries import WorkerFilter
from dart_batch.application.worker_views import WorkerState
from dart_batch.bootstrap import App
from dart_batch.domain.job.priority import Priority
from dart_batch.entrypoints.api.access import Viewer
from dart_batch.entrypoints.api.chunk_figures import ChunkFigures
from dart_batch.entrypoints.api.core import Core
from dart_batch.entrypoints.api.metrics import live_workers
from dart_batch.entrypoints.api.problems import documented
from dart_batch.entrypoints.api.usage import UsageMeter

router = APIRouter(tags=["metrics"], responses=documented(401, 403, 503))
MOST_WORKERS = 500
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


def route_of(scope: Scope) -> str:
    """The template of the path that a request found, or `unmatched`."""
    return str(getattr(scope.get("route"), "path", "unmatched"))


class RequestFigures:
    """Counts requests by method, route and status. Routes are templates, so that ids make no new series."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route")
        self._count = Counter(
            "dart_batch_http_requests", "Requests answered.", (*labels, "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "dart_batch_http_request_seconds", "Time to answer.", labels, buckets=BUCKETS, registry=self.registry
        )

    def observe(self, scope: Scope, status: int, milliseconds: float) -> None:
        """A request was answered."""
        route = route_of(scope)
        self._count.labels(scope["method"], route, str(status)).inc()
        self._seconds.labels(scope["method"], route).observe(milliseconds / 1000)


class JobFigures:
    """Collects from the database at the moment of a scrape."""

    def __init__(self, core: App, meter: UsageMeter) -> None:
        self._core = core
        self._meter = meter

    def collect(self) -> Iterator[Metric]:
        """Gauges of jobs, workers, throughput and use of the machine."""
        jobs = GaugeMetricFamily("dart_batch_jobs", "Stored jobs by status.", labels=["status"])
        for status, number in self._core.queries.states().items():
            jobs.add_metric([status], number)
        yield jobs
        figures, usage = self._core.queries.figures(self._core.clock.now()), self._meter.sample()
        yield _gauge("dart_batch_items_per_second", "Sessions written over the last minute.", figures.items_per_second)
        yield from self._of_workers()
        yield self._queue_age()
        yield self._connections()
        yield _gauge("dart_batch_memory_bytes", "Resident memory of the process tree.", usage.memory)
        yield _gauge("dart_batch_cpu_percent", "Processor use in percent of all cores.", usage.cpu)

    def _of_workers(self) -> Iterator[Metric]:
        """A worker that is gone, or silent for longer than a lease, has no load."""
        alive, _ = self._core.workers.workers(
            WorkerFilter((WorkerState.ALIVE,), limit=MOST_WORKERS), self._core.clock.now()
        )
        yield _gauge("dart_batch_workers", "Workers that are alive.", live_workers(self._core))
        running = _by_worker("dart_batch_worker_running_jobs", "Jobs that the worker runs.")
        slots = _by_worker("dart_batch_worker_slots", "Jobs that the worker can run at once.")
        cpu = _by_worker("dart_batch_worker_cpu_percent", "Processor use of the worker in percent of one core.")
        memory = _by_worker("dart_batch_worker_memory_bytes", "Resident memory of the worker.")
        for worker in alive:
            name = [worker.host, str(worker.pid)]
            running.add_metric(name, len(worker.jobs))
            slots.add_metric(name, worker.slots)
            cpu.add_metric(name, worker.cpu_percent or 0.0)
            memory.add_metric(name, worker.rss_bytes or 0)
        yield from (running, slots, cpu, memory)

    def _queue_age(self) -> Metric:
        ages = GaugeMetricFamily(
            "dart_batch_queue_age_seconds", "How long the longest waiting job is queued; 0: none.", labels=["priority"]
        )
        now, since = self._core.clock.now(), self._core.figures.queued_since()
        for priority in Priority:
            ages.add_metric([priority.name], max(0.0, (now - since.get(priority, now)).total_seconds()))
        return ages

    def _connections(self) -> Metric:
        connections = GaugeMetricFamily(
            "dart_batch_database_connections",
            "Connections to the database that this process has open.",
            labels=["pool", "state"],
        )
        for pool in self._core.pools.figures():
            connections.add_metric([pool.name, "in_use"], pool.in_use)
            connections.add_metric([pool.name, "idle"], pool.idle)
        return connections


@router.get(
    "/metrics",
    operation_id="getPrometheusMetrics",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def get_prometheus_metrics(request: Request, core: Core, _caller: Viewer) -> Response:
    """Figures in the text format of Prometheus."""
    scrape = CollectorRegistry()
    scrape.register(JobFigures(core, request.app.state.meter))
    requests: RequestFigures = request.app.state.requests
    chunks: ChunkFigures = request.app.state.chunks
    chunks.catch_up(core.clock.now())
    body = b"".join(map(generate_latest, (scrape, chunks.registry, requests.registry)))
    return Response(body, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


def _by_worker(name: str, words: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, labels=["host", "pid"])


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)
