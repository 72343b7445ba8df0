"""A program that plays one act of a job's life in a process of its own, so that the act may be killed.

It reads a line of JSON per act on stdin and answers a line with the exit status of the process that played it. Each
act is a fork of this process, which has everything imported and has computed nothing yet.
"""

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from builders import MINI
from dart_batch.adapters.persistence.job_list import JobFilter
from dart_batch.adapters.persistence.log_queries import LogFilter
from dart_batch.application.definitions import store_definition
from dart_batch.application.job_types.data_migration import order
from dart_batch.application.ports.job_type import JobType as JobTypePort
from dart_batch.application.ports.unit_of_work import UnitOfWork
from dart_batch.application.use_cases.submit_job import Submission
from dart_batch.bootstrap import App, build
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.access.role import Role
from dart_batch.domain.errors import Fatal, Transient
from dart_batch.domain.index.publication import GenerationStatus
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk
from dart_batch.domain.job.date_range import DateRange
from dart_batch.domain.job.errors import DuplicateJob
from dart_batch.domain.job.limits import NO_LIMITS, JobLimits
from dart_batch.domain.job.migration import StoreMove
from dart_batch.domain.job.parameters import BatchJobParameters, JobType
from dart_batch.domain.job.recalculation import Publish
from dart_batch.domain.job.retry import RetryPolicy
from dart_batch.domain.job.status import CancelMode, JobStatus, Verb
from dart_batch.domain.job.strategy import Strategy
from dart_batch.engine.definition_file import parse_definition, shipped
from dart_batch.entrypoints.cli.stopping import stop_on_signals
from dart_batch.settings import Settings

KIND = JobType.HISTORICAL_BACKFILL
PATIENCE_SECONDS = 120.0
LONGEST_ACT_SECONDS = 300
STUCK = 75
ON_A_SERVER = "database.url"


@dataclass(frozen=True)
class Trouble:
    """A job type that is the real one but for the trouble that the play's name asks for."""

    app: App
    real: JobTypePort
    play: str

    def plan(self, parameters: BatchJobParameters) -> Any:
        return self.real.plan(parameters)

    def prepare(self, job: BatchJob) -> Any:
        if self.play == "set-back" and job.progress.processed + job.setbacks == 0:
            raise Transient("The store is away.")
        return TroubledWork(self, self.real.prepare(job), job)


@dataclass(frozen=True)
class TroubledWork:
    """The real work, with the trouble before a chunk or in the verification."""

    trouble: Trouble
    real: Any
    job: BatchJob

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def check(self, uow: UnitOfWork) -> list[CheckResult]:
        objections = [CheckResult("tried", "error", 1, 1)] if self.trouble.play == "verification" else []
        return [*self.real.check(uow), *objections]

    def process(self, chunk: Chunk) -> Any:
        if self.trouble.play in BEFORE:
            BEFORE[self.trouble.play](self.trouble.app, self.job, chunk)
        return self.real.process(chunk)


def _fail_once(_app: App, _job: BatchJob, chunk: Chunk) -> None:
    if (chunk.number, chunk.tries) == (2, 0):
        raise Transient("The source is busy.")


def _break(_app: App, _job: BatchJob, chunk: Chunk) -> None:
    if chunk.number == 2:
        raise Fatal("The source is broken.")


def _cancel(app: App, job: BatchJob, _chunk: Chunk) -> None:
    if app.queries.job(job.id).control is None:
        person(lambda: app.control(job.id, Verb.CANCEL, the_system("ann"), CancelMode.ROLLBACK))


def _cancel_and_be_deaf(app: App, job: BatchJob, chunk: Chunk) -> None:
    _cancel(app, job, chunk)
    wait_until(lambda: app.queries.job(job.id).fence != job.fence)


def _outlive_a_heartbeat(app: App, job: BatchJob, chunk: Chunk) -> None:
    if chunk.number == 1:
        wait_until(lambda: app.queries.job(job.id).lease_until != job.lease_until)


BEFORE: dict[str, Callable[[App, BatchJob, Chunk], None]] = {
    "chunk-try": _fail_once,
    "fail": _break,
    "give-back": _cancel,
    "control": _cancel,
    "revoke": _cancel_and_be_deaf,
    "heartbeat": _outlive_a_heartbeat,
}
STRATEGIES = {"sessions": Strategy.STREAM}
DECISIONS = {"promote", "discard", "rollback"}
PASSWORD = "correct horse battery"
LIMITS = {"recut": JobLimits(memory_soft_mb=1)}


def person(act: Callable[[], object]) -> None:
    """A person, or a client, who tries again when the database does not answer."""
    while True:
        try:
            act()
            return
        except Transient:
            continue


def wait_until(reached: Callable[[], bool], stop: threading.Event | None = None) -> None:
    """Until the condition holds or `stop` is set; when patience is over this process ends with STUCK."""
    pause = stop or threading.Event()
    for _ in range(int(PATIENCE_SECONDS * 100)):
        if reached() or pause.wait(0.01):
            return
    os._exit(STUCK)


def play_act(home: Path, play: str) -> None:
    """Define, submit unless that is done, and work until the job is settled or a signal ends it."""
    grace = 0.1 if play == "revoke" else 30
    brisk = {"batch_lease_seconds": 5, "batch_poll_seconds": 0.02, "batch_stream_sessions": 5}
    app = build(Settings(dart_home=home, batch_cancel_grace_seconds=grace, **brisk))
    app.job_types[KIND] = Trouble(app, app.job_types[KIND], play)
    with stop_on_signals() as stop:
        person(lambda: _define(app))
        person(lambda: _submit(app, play))
        if stop.is_set():
            return
        watch = threading.Thread(target=_stop_when_settled, args=(app, stop))
        watch.start()
        app.worker().run(stop)
        watch.join()
        if play in DECISIONS:
            person(lambda: _decide(app, play))
        if play == "reverse":
            person(lambda: _take_back(app, home))
        if play in ACCESS:
            person(lambda: ACCESS[play](app))


def _define(app: App) -> None:
    definition = parse_definition(MINI, "mini.toml")
    with app.uow() as uow:
        store_definition(uow, definition, MINI, app.clock.now(), "ann")
        uow.commit("define")


def _submit(app: App, play: str) -> None:
    if sum(app.queries.states().values()):
        return
    span = DateRange(date(2020, 1, 1), date(2020, 2, 29))
    retry = RetryPolicy(3, 1)
    parameters = BatchJobParameters(
        span,
        ("KOSPI",),
        "mini",
        chunk_size=100 if play == "brief" else 12,
        strategy=STRATEGIES.get(play, Strategy.CHUNKED),
        retry=retry,
        limits=LIMITS.get(play, NO_LIMITS),
        publish=Publish.MANUAL if play in {"promote", "discard"} else Publish.AUTO,
    )
    try:
        app.submit(Submission(KIND, parameters))
    except DuplicateJob:
        return


def _decide(app: App, play: str) -> None:
    """What a person decides about a job that is completed, unless it was decided before."""
    [job_id] = app.queries.job_ids("")
    if app.queries.job(job_id).status is not JobStatus.COMPLETED:
        return
    acts, _ = app.publications.acts("KOSPI", "mini", 10)
    with app.uow() as uow:
        staged = uow.generations.decision(job_id) is GenerationStatus.STAGED
    if play == "rollback" and len(acts) == 1:
        app.roll_back(acts[0]["id"], the_system("ann"))
    elif staged:
        {"promote": app.decide.promote, "discard": app.decide.discard}[play](job_id, the_system("ann"))


def _take_back(app: App, home: Path) -> None:
    """Submit a move, cancel it before it begins, and take it back, each unless it was done before."""
    found, _ = app.queries.jobs(JobFilter(type=JobType.DATA_MIGRATION))
    wanted = order(StoreMove(f"sqlite:///{home}/elsewhere.db"), RetryPolicy(3, 1), day=app.clock.now().date())
    job = found[0] if found else app.submit(Submission(JobType.DATA_MIGRATION, wanted, start=False))
    if job.status is JobStatus.PENDING:
        job = app.control(job.id, Verb.CANCEL, the_system("ann"))
    if not app.logs.lines(job.id, LogFilter(event="reversed")):
        app.reverse(job.id, the_system("ann"))


def _make_key(app: App) -> None:
    if not app.keys.list():
        app.access.keys.create("ci", Role.OPERATOR, the_system("ann"))


def _make_user(app: App) -> None:
    with app.uow() as uow:
        known = uow.accounts.user("minji")
    if known is None:
        app.access.users.create("minji", Role.VIEWER, PASSWORD, the_system("ann"))


def _log_in(app: App) -> None:
    _make_user(app)
    with app.engine.connect() as connection:
        logged_in = connection.execute(sa.text("SELECT count(*) FROM user_sessions")).scalar_one()
    if not logged_in:
        app.access.login("minji", PASSWORD, "10.0.0.7")


ACCESS: dict[str, Callable[[App], None]] = {"keys": _make_key, "users": _make_user, "login": _log_in}


def _stop_when_settled(app: App, stop: threading.Event) -> None:
    wait_until(lambda: _settled(app), stop)
    stop.set()


def _settled(app: App) -> bool:
    """By one look: between two of them a job can move, and be seen in neither state."""
    states = app.queries.states()
    return not any(states[status] for status in (JobStatus.PENDING, JobStatus.QUEUED, JobStatus.RUNNING))


def _act(home: str, play: str, failpoint: str) -> int:
    os.environ["DART_FAILPOINT"] = failpoint
    if (Path(home) / ON_A_SERVER).exists():
        os.environ["DATABASE_URL"] = (Path(home) / ON_A_SERVER).read_text()
    signal.alarm(LONGEST_ACT_SECONDS)
    try:
        play_act(Path(home), play)
    except BaseException:  # noqa: BLE001  whatever ends an act, it must not go on in the loop of its parent
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    shipped()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(_act(**json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
