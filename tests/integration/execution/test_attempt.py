"""One attempt, on a real database: every way it can end is recorded."""

import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from dart_batch.adapters.persistence.job_list import JobFilter
from dart_batch.adapters.persistence.queries import SqlQueries
from dart_batch.application.execution.claiming import Claimer
from dart_batch.domain.errors import Fatal, Transient
from dart_batch.domain.index.validation import CheckResult
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.chunk import Chunk, ChunkStatus
from dart_batch.domain.job.errors import DuplicateJob, NothingToDo, QueueFull, StalePlan, VerbRefused
from dart_batch.domain.job.status import JobStatus, Verb
from fakes.house import House, Stop, Uow
from fakes.job_types import FakeWork


@pytest.fixture
def house(uow: Uow, engine: sa.Engine) -> House:
    return House(uow, engine)


def test_a_job_runs_its_chunks_in_order_and_publishes_all_of_them_at_the_end(house: House) -> None:
    seen: list[int] = []
    house.kind.before = lambda chunk: seen.append(house.live())
    house.submit()

    outcome = house.run()

    assert outcome == "completed"
    assert (house.kind.processed, seen, house.live()) == ([1, 2, 3], [0, 0, 0], 6)
    assert (house.job().status, house.job().progress.processed) == (JobStatus.COMPLETED, 6)
    assert house.log() == ["submitted", "started", "chunk-done", "chunk-done", "chunk-done", "published", "completed"]


def test_a_transient_failure_is_tried_again_with_doubling_delays(house: House) -> None:
    failures = iter([Transient("busy"), Transient("busy"), None, None, None])
    house.kind.before = lambda chunk: _raise(next(failures))
    stop = Stop()
    house.submit()

    outcome = house.run(stop)

    assert outcome == "completed"
    assert stop.waits == [1.0, 2.0]
    assert next((chunk.status, chunk.tries) for chunk in house.chunks()) == (ChunkStatus.DONE, 2)


def test_a_chunk_that_keeps_failing_fails_the_job_and_keeps_what_is_done(house: House) -> None:
    house.kind.before = lambda chunk: _raise(Transient("busy") if chunk.number == 2 else None)
    house.submit()

    outcome = house.run(Stop())

    job = house.job()
    assert outcome == "failed"
    assert (job.status, job.progress.processed, job.progress.failed, job.chunks_failed) == (JobStatus.FAILED, 2, 2, 1)
    assert job.failure is not None
    assert "Chunk 2 failed 3 times: busy" in job.failure.message
    assert house.live() == 0


def test_a_fatal_failure_is_not_tried_again(house: House) -> None:
    house.kind.before = lambda chunk: _raise(Fatal("The source is broken."))
    stop = Stop()
    house.submit()

    assert house.run(stop) == "failed"
    assert stop.waits == []


def test_the_unforeseen_becomes_a_recorded_failure_with_its_traceback(house: House) -> None:
    house.kind.before = lambda chunk: _raise(ZeroDivisionError("nobody thought of that"))
    house.submit()

    assert house.run() == "failed"
    assert house.job().failure is not None
    assert house.job().failure.message == "ZeroDivisionError: nobody thought of that"
    assert "traceback" in house.log()


def test_a_failed_job_that_is_started_again_runs_only_what_is_not_done(house: House) -> None:
    house.kind.before = lambda chunk: _raise(Transient("busy") if chunk.number == 2 else None)
    house.submit()
    house.run(Stop())
    house.kind.before, house.kind.processed = lambda chunk: None, []

    house.control("id-1", Verb.START)
    outcome = house.run()

    assert (outcome, house.kind.processed, house.live()) == ("completed", [2, 3], 6)
    assert (house.job().attempts, house.job().chunks_failed) == (2, 0)


def test_a_pause_takes_effect_after_the_present_chunk_and_survives(house: House) -> None:
    house.kind.before = lambda chunk: house.control("id-1", Verb.PAUSE) if chunk.number == 1 else None
    house.submit()

    outcome = house.run()

    assert (outcome, house.kind.processed, house.job().status) == ("stopped", [1], JobStatus.PAUSED)
    assert Claimer(house.uow, house.clock, "worker-2", 10).claim() is None


def test_a_resumed_job_goes_on_where_it_stopped(house: House) -> None:
    house.kind.before = lambda chunk: house.control("id-1", Verb.PAUSE) if chunk.number == 2 else None
    house.submit()
    house.run()
    house.kind.before = lambda chunk: None

    house.control("id-1", Verb.RESUME)

    assert house.run(worker="worker-2") == "completed"
    assert house.kind.processed == [1, 2, 3]


def test_a_cancel_that_arrives_with_the_last_chunk_still_keeps_the_job_from_publishing(house: House) -> None:
    house.kind.before = lambda chunk: house.control("id-1", Verb.CANCEL) if chunk.number == 3 else None
    house.submit()

    house.run()

    assert (house.job().status, house.live()) == (JobStatus.CANCELLED, 0)


def test_a_shutdown_gives_the_job_back_without_burning_a_try(house: House) -> None:
    stop = threading.Event()
    house.kind.before = lambda chunk: stop.set()
    house.submit()

    outcome = house.run(stop)

    assert (outcome, house.job().status, house.kind.processed) == ("stopped", JobStatus.QUEUED, [1])
    assert [chunk.tries for chunk in house.chunks()] == [0, 0, 0]


def test_a_shutdown_ends_the_wait_for_a_retry(house: House) -> None:
    house.kind.before = lambda chunk: _raise(Transient("busy"))
    house.submit()

    assert house.run(Stop(stops_while_waiting=True)) == "stopped"
    assert house.job().status is JobStatus.QUEUED


def test_a_worker_that_lost_its_lease_writes_nothing_more(house: House) -> None:
    def taken_over(chunk: Chunk) -> None:
        if chunk.number == 2:
            house.clock.advance(11)
            Claimer(house.uow, house.clock, "worker-2", 10).claim()

    house.kind.before = taken_over
    house.submit()

    outcome = house.run()

    assert outcome == "lease-lost"
    assert [chunk.status for chunk in house.chunks()] == [ChunkStatus.DONE, ChunkStatus.PENDING, ChunkStatus.PENDING]
    assert house.job().worker == "worker-2"


def test_a_job_taken_over_goes_on_after_the_last_committed_chunk(house: House) -> None:
    class PowerCut(BaseException):
        """Ends the attempt as a kill would: nothing is given back."""

    house.kind.before = lambda chunk: _raise(PowerCut() if chunk.number == 2 else None)
    house.submit()
    with pytest.raises(PowerCut):
        house.run()
    house.kind.before = lambda chunk: None
    house.clock.advance(11)

    outcome = house.run(worker="worker-2")

    assert (outcome, house.kind.processed, house.live()) == ("completed", [1, 2, 3], 6)
    assert "takeover" in house.log()


def test_what_does_not_pass_verification_is_kept_but_not_published(house: House) -> None:
    house.kind.checks = [CheckResult("range", "error", 6, 1, ("2020-01-02",))]
    house.submit()

    assert house.run() == "failed"
    job = house.job()
    assert (job.failure.code if job.failure else None, house.live()) == ("verification-failed", 0)
    assert job.verification == [house.kind.checks[0].to_dict()]


def test_a_warning_does_not_keep_a_generation_from_being_published(house: House) -> None:
    house.kind.checks = [CheckResult("jumps", "warning", 6, 1, ("2020-01-02",))]
    house.submit()

    assert house.run() == "completed"
    assert house.live() == 6


def test_a_submit_that_is_refused_stores_nothing(house: House) -> None:
    first = house.submit()

    with pytest.raises(DuplicateJob, match=first.id):
        house.submit()
    with pytest.raises(QueueFull):
        house.submit(capacity=1)
    with pytest.raises(StalePlan):
        house.submit(plan_hash="another")
    house.kind.planned = replace(house.kind.planned, chunks=())
    with pytest.raises(NothingToDo):
        house.submit()

    assert [job.id for job in SqlQueries(house.engine).jobs(JobFilter())[0]] == [first.id]


def test_the_same_job_may_be_submitted_again_when_the_first_has_ended(house: House) -> None:
    house.submit()
    house.run()

    assert house.submit().id != "id-1"


def test_a_job_can_wait_for_a_manual_start(house: House) -> None:
    house.submit(start=False)
    before = Claimer(house.uow, house.clock, "worker-1", 10).claim()

    house.control("id-1", Verb.START)

    assert before is None
    assert house.run() == "completed"


def test_a_verb_the_state_does_not_allow_changes_nothing(house: House) -> None:
    house.submit()
    house.run()

    with pytest.raises(VerbRefused, match="COMPLETED"):
        house.control("id-1", Verb.CANCEL)
    assert house.job().status is JobStatus.COMPLETED


def _raise(error: BaseException | None) -> None:
    if error is not None:
        raise error


def test_a_pause_that_waits_when_the_attempt_breaks_off_is_not_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(job: BatchJob) -> FakeWork:
        house.control("id-1", Verb.PAUSE)
        raise Transient("The store is away.")

    monkeypatch.setattr(house.kind, "prepare", prepare)
    house.submit()

    assert house.run() == "stopped"
    assert house.job().status is JobStatus.PAUSED
