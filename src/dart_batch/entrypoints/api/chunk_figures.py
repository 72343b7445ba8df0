"""Chunks as Prometheus counts them: gathered from the ledger at each scrape, whichever worker committed them."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram

from dart_batch.adapters.persistence.metric_queries import SqlMetricQueries

OVERLAP = timedelta(seconds=5)
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


@dataclass(slots=True)
class ChunkFigures:
    """Counts what was committed since `since`, each chunk once. Every server counts all chunks from its own start on,
    so take the greatest of several servers, not their sum.
    """

    queries: SqlMetricQueries
    since: datetime
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _counted: dict[tuple[str, int], datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _seconds: Histogram = field(init=False)
    _retries: Counter = field(init=False)

    def __post_init__(self) -> None:
        self._seconds = Histogram(
            "dart_batch_chunk_seconds", "Time from claim to commit of a chunk.", buckets=BUCKETS, registry=self.registry
        )
        self._retries = Counter("dart_batch_chunk_retries", "Tries of chunks that failed.", registry=self.registry)

    def catch_up(self, now: datetime) -> None:
        """Count the chunks that were committed since the call before. A commit may become visible late, so the last
        seconds are read again.
        """
        with self._lock:
            for chunk in self.queries.chunks_done(self.since):
                if self._counted.get((chunk.job_id, chunk.number)) != chunk.finished_at:
                    self._seconds.observe(chunk.seconds)
                    self._retries.inc(chunk.failed_tries)
                    self._counted[(chunk.job_id, chunk.number)] = chunk.finished_at
            self.since = max(self.since, now - OVERLAP)
            self._counted = {key: at for key, at in self._counted.items() if at >= self.since}
