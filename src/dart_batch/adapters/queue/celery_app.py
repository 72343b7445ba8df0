"""The Celery application: JSON only, acknowledged when the work is done. A queue of words that jobs may run for each
priority, and behind all of them one of requests to compute chunks, so that only who has nothing else to do helps.
"""

from typing import Any

from celery import Celery
from kombu.connection import Connection
from kombu.entity import Exchange, Queue

from dart_batch.domain.job.priority import Priority

RUN = "dart_batch.run"
NAMES = {priority: f"dart-batch.{int(priority)}-{priority.name.lower()}" for priority in Priority}
HELP = "dart_batch.help"
CHUNKS = "dart-batch.9-chunks"
AWAY_SECONDS = 2.0
LOOK_AGAIN = {"interval_start": 1, "interval_step": 1, "interval_max": 5}


class SteadyConnection(Connection):
    """Looks for a broker that is away every 5 seconds at the longest, not every 30, so that work goes on soon."""

    def ensure_connection(self, *positional: Any, **named: Any) -> Connection:
        super().ensure_connection(*positional, **(LOOK_AGAIN | named))
        return self


def create_celery(broker: str, visibility_seconds: int = 3600) -> Celery:
    """Celery on Redis. A message that was not acknowledged within `visibility_seconds` is delivered again, which the
    claim in the database makes harmless.
    """
    app = Celery("dart_batch", broker=broker, set_as_current=False)
    app.amqp.Connection = SteadyConnection
    app.conf.update(
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
        task_store_errors_even_if_ignored=False,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_queues=[Queue(name, Exchange(name), routing_key=name) for name in (*NAMES.values(), CHUNKS)],
        task_default_queue=NAMES[Priority.NORMAL],
        task_create_missing_queues=False,
        worker_prefetch_multiplier=1,
        worker_send_task_events=False,
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": visibility_seconds,
            "queue_order_strategy": "sorted",
            "socket_connect_timeout": AWAY_SECONDS,
            "socket_keepalive": True,
            "health_check_interval": 5,
        },
    )
    return app
