"""A PARALLEL job over two real nodes: the same bytes as alone, whatever becomes of who helps."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import psutil
import pytest
from cluster_desk import Cluster, cluster, table, until
from redis import Redis
from spread_jobs import GIVEN_BEFORE_THE_WAIT, HELPER, HERE, computed

from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.strategy import Strategy
from private_servers import Address

SPAN = DateRange(date(2020, 1, 2), date(2020, 4, 10))


@pytest.fixture
def queue(redis_server: Address) -> Iterator[Redis]:
    with Redis.from_url(redis_server.redis(5)) as made:
        made.flushdb()
        yield made


@pytest.fixture
def desk(new_database: Callable[[], str], redis_server: Address, queue: Redis, tmp_path: Path) -> Iterator[Cluster]:
    url, processes = redis_server.redis(5), {"BATCH_PARALLEL_PROCESSES": "1", "BATCH_LEASE_SECONDS": "30"}
    with cluster(tmp_path / "home", new_database(), url, **processes) as made:
        yield made


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The hash of the readings after one embedded worker did the job chunk by chunk on SQLite."""
    home = tmp_path_factory.mktemp("alone") / "home"
    url = f"sqlite:///{home}/dart-batch.db"
    app = Cluster(home, url, "").prepare()
    assert app.worker().run_one(submit(app, Strategy.CHUNKED), threading.Event()) == "completed"
    return table(url)[0]


def submit(app: App, strategy: Strategy) -> str:
    given = BatchJobParameters(SPAN, ("KOSPI",), "mini", chunk_size=5, strategy=strategy)
    return app.submit(Submission(JobType.HISTORICAL_BACKFILL, given)).id


def begun(desk: Cluster, *, hold: bool) -> tuple[App, list["subprocess.Popen[bytes]"], str]:
    """Two nodes of one child each, one of which runs a job while the other has begun to help."""
    app = desk.prepare()
    if hold:
        (desk.home / "hold").touch()
    nodes = [desk.celery_node("spread_node", 1) for _ in range(2)]
    until(lambda: app.scaling.idle(app.clock.now().replace(year=2000)) == len(nodes), desk)
    job_id = submit(app, Strategy.PARALLEL)
    until(lambda: computed(desk.home).count(HELPER) >= GIVEN_BEFORE_THE_WAIT, desk)
    return app, nodes, job_id


def helper_among(app: App, nodes: list["subprocess.Popen[bytes]"], job_id: str) -> "subprocess.Popen[bytes]":
    """The node that does not run the job."""
    runs = int(str(app.queries.job(job_id).worker).split(":")[-2])
    return next(node for node in nodes if runs not in {one.pid for one in psutil.Process(node.pid).children()})


def ended_alike(app: App, desk: Cluster, alone: str) -> bool:
    until(lambda: app.queries.states()["COMPLETED"] == 1, desk)
    return table(desk.database) == (alone, 0, [("COMPLETED", 1)])


def test_chunks_are_computed_by_both_nodes_and_come_to_the_same_bytes(desk: Cluster, alone: str) -> None:
    app, _, job_id = begun(desk, hold=False)

    assert ended_alike(app, desk, alone)
    assert {HELPER, HERE} == set(computed(desk.home))
    assert len(app.queries.attempts(job_id)) == 1


def test_a_helper_that_is_killed_in_the_middle_costs_nothing(desk: Cluster, alone: str) -> None:
    app, nodes, job_id = begun(desk, hold=True)

    desk.kill(helper_among(app, nodes, job_id))

    assert ended_alike(app, desk, alone)
    assert computed(desk.home).count(HELPER) == GIVEN_BEFORE_THE_WAIT
    assert len(app.queries.attempts(job_id)) == 1


def test_a_redis_that_is_emptied_in_the_middle_costs_nothing(desk: Cluster, queue: Redis, alone: str) -> None:
    app, _, job_id = begun(desk, hold=True)

    queue.flushdb()

    assert ended_alike(app, desk, alone)
    assert len(app.queries.attempts(job_id)) == 1
