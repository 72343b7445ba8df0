"""A cluster loses its nodes, its queue and its database in the middle of the work, and nobody helps."""

import base64
import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import which

import pytest
import sqlalchemy as sa
from cluster_desk import PATIENCE_SECONDS, Cluster, cluster, submit, table, until
from redis import Redis as StrictRedis

from dart_batch.adapters.queue.celery_app import NAMES
from dart_batch.bootstrap import App
from dart_batch.domain.job.priority import Priority
from private_servers import NO_MARIADB, NO_REDIS, MariaDb, Redis, free_port
from wire import Wire

JOBS = 20
RECORDED = Path(__file__).with_name("message-0.1.json")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[MariaDb, Redis]]:
    """A MariaDB and a Redis that this module may kill."""
    if which("mariadbd") is None or which("redis-server") is None:
        pytest.skip(NO_REDIS if which("mariadbd") else NO_MARIADB)
    folder = tmp_path_factory.mktemp("servers")
    database, redis = MariaDb(folder / "mariadb"), Redis(folder / "redis")
    database.start()
    redis.start()
    yield database, redis
    database.kill()
    redis.kill()


@pytest.fixture
def desk(servers: tuple[MariaDb, Redis], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Cluster]:
    database, redis = servers
    if redis.process is None:
        redis.start()
    name = f"cluster_{abs(hash(request.node.name))}"
    root = sa.create_engine(database.url(""), isolation_level="AUTOCOMMIT")
    with root.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    root.dispose()
    with cluster(tmp_path / "home", database.url(name), redis.url(), BATCH_CONCURRENT_JOBS="1") as made:
        yield made


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The hash of the readings after one embedded worker did the same jobs on SQLite."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    url = f"sqlite:///{home}/dart-batch.db"
    app = Cluster(home, url, "").prepare()
    ids = submit(app, JOBS)
    for job_id in ids:
        assert app.worker().run_one(job_id, _Never()) == "completed"
    return table(url)[0]


class _Never:
    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float) -> bool:
        return False


def done(app: App, least: int) -> Callable[[], bool]:
    return lambda: app.queries.states()["COMPLETED"] >= least


def test_whatever_is_killed_in_the_middle_of_twenty_jobs_the_table_is_the_same(
    desk: Cluster, servers: tuple[MariaDb, Redis], undisturbed: str
) -> None:
    database, redis = servers
    app = desk.prepare()
    api, first = desk.serve(free_port()), desk.node()
    submit(app, 12)

    until(done(app, 1), desk)
    desk.kill(first)
    desk.node()
    until(done(app, 4), desk)
    redis.kill()
    redis.start()
    until(done(app, 7), desk)
    database.kill()
    database.start()
    until(done(app, 9), desk)
    submit(app, JOBS - 12, behind=12)
    desk.kill(api)
    until(done(app, JOBS), desk)

    assert table(desk.database) == (undisturbed, 0, [("COMPLETED", JOBS)])


def test_work_goes_on_by_itself_after_redis_was_away(
    desk: Cluster, servers: tuple[MariaDb, Redis], undisturbed: str
) -> None:
    _, redis = servers
    app = desk.prepare()
    node = desk.node()
    submit(app, JOBS // 2)
    until(done(app, 2), desk)

    redis.kill()
    submit(app, JOBS - JOBS // 2, behind=JOBS // 2)
    until(lambda: not app.queries.states()["RUNNING"], desk)
    before = app.queries.states()["COMPLETED"]
    redis.start()
    print(f"Work went on {until(done(app, before + 1), desk):.1f} s after the return of Redis.")
    until(done(app, JOBS), desk)

    assert table(desk.database) == (undisturbed, 0, [("COMPLETED", JOBS)])
    assert node.poll() is None


def test_a_node_that_is_cut_off_from_the_database_past_its_lease_writes_nothing_more(
    desk: Cluster, servers: tuple[MariaDb, Redis], undisturbed: str
) -> None:
    app, wire = desk.prepare(), Wire(servers[0].port)
    try:
        desk.changes["DATABASE_URL"] = desk.database.replace(f":{servers[0].port}/", f":{wire.port}/")
        far = desk.node()
        submit(app, JOBS)
        until(done(app, 2), desk)

        wire.whole.clear()
        del desk.changes["DATABASE_URL"]
        desk.node()
        until(done(app, JOBS), desk)
        wire.whole.set()
        far.terminate()
        assert far.wait(PATIENCE_SECONDS) == 0
    finally:
        wire.whole.set()
        wire.close()

    assert table(desk.database) == (undisturbed, 0, [("COMPLETED", JOBS)])


def test_a_node_gives_its_job_back_when_it_is_told_to_stop(desk: Cluster) -> None:
    app = desk.prepare()
    node = desk.node()
    submit(app, 4)
    until(done(app, 1), desk)

    node.terminate()

    assert node.wait(PATIENCE_SECONDS) == 0
    assert app.queries.states()["RUNNING"] == 0
    assert not [worker for worker in app.queries.workers(alive_since=app.clock.now()) if worker]


def test_a_node_of_one_to_two_children_works_as_well(desk: Cluster) -> None:
    app = desk.prepare()
    node = desk.node("--autoscale", "1-2")
    submit(app, 4)

    until(done(app, 4), desk)

    node.terminate()
    assert node.wait(PATIENCE_SECONDS) == 0


def test_a_node_goes_on_while_a_later_version_upgrades_the_database_and_sends_messages(
    desk: Cluster, servers: tuple[MariaDb, Redis], undisturbed: str
) -> None:
    app = desk.prepare()
    node = desk.node()
    ids = submit(app, 10)
    until(done(app, 1), desk)

    upgrade_to_a_later_version(desk.database)
    ids += submit(app, JOBS - 10, behind=10)
    with StrictRedis.from_url(servers[1].url()) as queue:
        queue.rpush(NAMES[Priority.NORMAL], *(message(job_id, {}) for job_id in ids))
        queue.rpush(NAMES[Priority.NORMAL], *(message(job_id, {"since": 2, "chunk": 7}) for job_id in ids))
        until(done(app, JOBS), desk)
        until(lambda: not queue.llen(NAMES[Priority.NORMAL]), desk)
    late = desk.node()

    assert table(desk.database) == (undisturbed, 0, [("COMPLETED", JOBS)])
    assert node.poll() is None
    assert late.wait(PATIENCE_SECONDS) != 0
    assert "Install the version that upgraded it" in desk.said()
    assert "TypeError" not in desk.said()


def upgrade_to_a_later_version(url: str) -> None:
    """What a revision that only adds does: a column more in each table, a table more, and its number."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for table_name in ("batch_jobs", "batch_chunks", "batch_logs", "fear_greed_batch_history", "batch_workers"):
            connection.execute(sa.text(f"ALTER TABLE {table_name} ADD COLUMN later VARCHAR(20)"))
        connection.execute(sa.text("CREATE TABLE later_things (id INT PRIMARY KEY)"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()


def message(job_id: str, more: dict[str, int]) -> str:
    """A message as version 0.1 leaves it in Redis, with what a later version may add."""
    body = [[job_id], more, {"callbacks": None, "errbacks": None, "chain": None, "chord": None}]
    recorded = json.loads(RECORDED.read_text())
    recorded["body"] = base64.b64encode(json.dumps(body).encode()).decode()
    recorded["properties"]["delivery_tag"] = recorded["headers"]["id"] = str(uuid.uuid4())
    return json.dumps(recorded)
