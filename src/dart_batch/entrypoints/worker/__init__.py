"""A node of workers: `celery -A dart_batch.entrypoints.worker worker`; `dart-batch worker` starts it the right way."""

from dart_batch.entrypoints.worker.node import celery

__all__ = ["celery"]
