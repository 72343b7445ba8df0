"""A node as `dart-batch worker` starts it under Celery, whose backfills cost CLUSTER_MS of the processor per chunk."""

import os

from bench.cluster_work import Costly
from dart_batch.bootstrap import App, build
from dart_batch.domain.job.parameters import JobType
from dart_batch.entrypoints.worker import node


def built() -> App:
    app = build()
    app.job_types[JobType.HISTORICAL_BACKFILL] = Costly(float(os.environ.get("CLUSTER_MS", "0")) / 1000)
    return app


node.build = built
celery = node.celery
