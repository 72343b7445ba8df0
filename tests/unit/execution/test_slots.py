"""Which jobs are under way in a worker."""

import threading
from dataclasses import replace

from builders import job
from dart_batch.application.execution.halting import Halt
from dart_batch.application.execution.slots import Slots
from dart_batch.domain.job.status import JobStatus

SOON = 5.0


def test_a_job_that_is_won_again_stays_held_when_the_attempt_before_ends() -> None:
    slots, first, second = Slots(4), threading.Event(), threading.Event()
    lost = replace(job(JobStatus.RUNNING, "job-1"), fence=1)
    halt = Halt(threading.Event())
    slots.occupy([lost], halt, lambda: first.wait(SOON))
    slots.occupy([replace(lost, fence=2)], halt, lambda: second.wait(SOON))

    first.set()
    slots.changed.wait(SOON)

    assert (slots.held(), slots.free) == (["job-1"], 3)
    second.set()
    assert slots.join(SOON)


def test_a_slot_is_free_again_when_its_work_ends_whatever_way() -> None:
    slots = Slots(1)

    slots.occupy([job(JobStatus.RUNNING, "job-1")], Halt(threading.Event()), lambda: None)
    slots.join(SOON)

    assert (slots.held(), slots.free) == ([], 1)
