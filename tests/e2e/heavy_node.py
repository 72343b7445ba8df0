"""A Celery node, `celery -A heavy_node`, whose backfills are heavy_jobs."""

from heavy_jobs import HeavyJobs

from dart_batch.bootstrap import App, build
from dart_batch.domain.job.parameters import JobType
from dart_batch.entrypoints.worker import node


def built() -> App:
    app = build()
    app.job_types[JobType.HISTORICAL_BACKFILL] = HeavyJobs(new_id=app.new_id)
    return app


vars(node)["build"] = built
celery = node.celery
