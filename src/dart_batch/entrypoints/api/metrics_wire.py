"""Figures on the wire."""

from typing import Literal

from dart_batch.entrypoints.api.wire import Wire

HealthName = Literal["HEALTHY", "DEGRADED", "UNHEALTHY"]


class SystemFigures(Wire):
    """Jobs; "today" is the UTC day. avgProcessingTime in milliseconds, null when no job was completed today."""

    active_jobs: int
    queued_jobs: int
    completed_today: int
    failed_today: int
    avg_processing_time: float | None


class PerformanceFigures(Wire):
    """Sessions per second over the last minute; memory of this process tree; cpuUsage in percent of all cores."""

    items_per_second: float
    memory_usage: str
    cpu_usage: float


class HealthFigures(Wire):
    """errorRate is the share of today's ended jobs that failed, 0 when none has ended."""

    status: HealthName
    error_rate: float


class Metrics(Wire):
    """Figures of the whole system."""

    system: SystemFigures
    performance: PerformanceFigures
    health: HealthFigures
