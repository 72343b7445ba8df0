"""A Celery node, `celery -A spread_node`, whose backfills are spread_jobs."""

from spread_jobs import WaitingBackfill

from dart_batch.bootstrap import App, build
from dart_batch.domain.job.parameters import JobType
from dart_batch.entrypoints.worker import node


def built() -> App:
    app = build()
    app.job_types[JobType.HISTORICAL_BACKFILL] = WaitingBackfill(app.uow, app.market_data, app.calendars, app.new_id)
    return app


vars(node)["build"] = built
celery = node.celery
