"""The poller behind the live channel, on a fake source of changes."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import OperationalError

from builders import NOW, job
from dart_batch.domain.job.batch_job import BatchJob
from dart_batch.domain.job.status import JobStatus
from dart_batch.entrypoints.api.feed import BACKLOG, Feed, Pace, Subscription
from dart_batch.entrypoints.api.log_tail import LogTail
from fakes.clock import FakeClock


class Changes:
    """Jobs with the moment of their last touch. `broken` makes the next looks fail; while it is `quiet`, nothing seems
    to have been committed.
    """

    def __init__(self) -> None:
        self.quiet = False
        self.touched: list[tuple[datetime, BatchJob]] = []
        self.looks = 0
        self.broken = False
        self.written: list[dict[str, Any]] = []

    def touch(self, at: datetime, job_id: str = "job-1") -> None:
        self.touched = [item for item in self.touched if item[1].id != job_id]
        self.touched.append((at, job(JobStatus.QUEUED, job_id)))

    def write(self, job_id: str, line: int) -> None:
        row = {"id": line, "job_id": job_id, "at": NOW, "level": 20, "event": "said", "message": f"line {line}"}
        self.written.append(row | {"attempt": 1, "chunk": None})

    def lines(self, after: Mapping[str, int], limit: int) -> list[dict[str, Any]]:
        found = [row for row in self.written if row["id"] > after.get(row["job_id"], 1_000_000)]
        return sorted(found, key=lambda row: row["id"])[:limit]

    def commits(self) -> AbstractContextManager["Changes"]:
        return nullcontext(self)

    def moved(self) -> bool:
        return not self.quiet

    def changed_jobs(self, since: datetime, after: str = "", limit: int = 200) -> list[tuple[datetime, BatchJob]]:
        self.looks += 1
        if self.broken:
            raise OperationalError("SELECT", {}, Exception("locked"))
        ordered = sorted(self.touched, key=lambda item: (item[0], item[1].id))
        return [item for item in ordered if (item[0], item[1].id) > (since, after)][:limit]


class Stage:
    """A feed with its surroundings; events are read as (name, data)."""

    def __init__(self, pace: Pace | None = None) -> None:
        self.source, self.clock = Changes(), FakeClock(NOW)
        self.troubles: list[str] = []
        self.feed = Feed(
            self.source,  # type: ignore[arg-type]
            self.clock,
            lambda: {"system": {}},
            LogTail(self.source.lines),
            lambda name, error: self.troubles.append(name),
            pace or Pace(poll=0.001, metrics=1e9, heartbeat=1e9),
        )

    async def read(self, listener: Subscription, name: str) -> list[dict[str, Any]]:
        while True:
            item = await asyncio.wait_for(listener.next(), 5)
            assert item is not None
            if item.name == name:
                found: list[dict[str, Any]] = json.loads(item.data)
                return found

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not condition():
                await asyncio.sleep(0.001)


def left(listener: Subscription) -> list[str]:
    """Names of the events that wait to be read."""
    waiting = [listener._waiting.get_nowait() for _ in range(listener._waiting.qsize())]
    return [item.name for item in waiting if item]


def run(story: Callable[[Stage], Coroutine[Any, Any, None]], stage: Stage | None = None) -> None:
    asyncio.run(story(stage or Stage()))


def test_every_listener_hears_of_a_change_once() -> None:
    async def story(stage: Stage) -> None:
        first, second = stage.feed.subscribe(), stage.feed.subscribe()
        stage.source.touch(NOW)

        heard = [await stage.read(listener, "jobs") for listener in (first, second)]
        looks = stage.source.looks
        await stage.until(lambda: stage.source.looks > looks + 5)

        assert [[item["jobId"] for item in jobs] for jobs in heard] == [["job-1"], ["job-1"]]
        assert "jobs" not in left(first) + left(second)

    run(story)


def test_a_change_that_becomes_visible_late_is_not_missed() -> None:
    async def story(stage: Stage) -> None:
        listener = stage.feed.subscribe()
        stage.source.touch(NOW, "quick")
        await stage.read(listener, "jobs")

        stage.source.touch(NOW - timedelta(seconds=2), "slow to commit")

        assert [item["jobId"] for item in await stage.read(listener, "jobs")] == ["slow to commit"]

    run(story)


def test_a_second_touch_of_the_same_job_is_told_again() -> None:
    async def story(stage: Stage) -> None:
        listener = stage.feed.subscribe()
        stage.source.touch(NOW)
        await stage.read(listener, "jobs")

        stage.source.touch(NOW + timedelta(microseconds=1))

        assert len(await stage.read(listener, "jobs")) == 1

    run(story)


def test_jobs_are_not_looked_at_while_nothing_is_committed() -> None:
    async def story(stage: Stage) -> None:
        stage.source.quiet = True
        listener = stage.feed.subscribe()
        await stage.read(listener, "heartbeat")
        looks = stage.source.looks
        stage.source.quiet = False
        stage.source.touch(NOW)

        assert len(await stage.read(listener, "jobs")) == 1
        assert looks == 0

    run(story, Stage(Pace(poll=0.001, metrics=1e9, heartbeat=0)))


def test_metrics_and_heartbeats_come_at_their_pace() -> None:
    async def story(stage: Stage) -> None:
        listener = stage.feed.subscribe()

        assert await stage.read(listener, "metrics") == {"system": {}}
        assert await stage.read(listener, "heartbeat") == {"at": NOW.isoformat()}
        assert left(listener) == []

    run(story)


def test_nobody_is_polled_for_when_nobody_listens() -> None:
    async def story(stage: Stage) -> None:
        assert not stage.feed.polling
        listener = stage.feed.subscribe()
        assert stage.feed.polling

        stage.feed.leave(listener)

        await stage.until(lambda: not stage.feed.polling)
        looks = stage.source.looks
        await asyncio.sleep(0.01)
        assert stage.source.looks == looks

    run(story)


def test_a_listener_who_comes_back_starts_the_poller_again() -> None:
    async def story(stage: Stage) -> None:
        stage.feed.leave(stage.feed.subscribe())
        await stage.until(lambda: not stage.feed.polling)

        listener = stage.feed.subscribe()
        stage.source.touch(NOW)

        assert len(await stage.read(listener, "jobs")) == 1

    run(story)


def test_a_listener_who_does_not_read_is_dropped_and_the_others_are_not() -> None:
    async def story(stage: Stage) -> None:
        slow, quick = stage.feed.subscribe(), stage.feed.subscribe()

        for number in range(BACKLOG + 5):
            stage.source.touch(NOW + timedelta(microseconds=number))
            await stage.read(quick, "jobs")

        assert stage.feed.listeners == 1
        assert await slow.next() is None

    run(story)


def test_a_database_that_fails_for_a_while_is_reported_and_asked_again() -> None:
    async def story(stage: Stage) -> None:
        listener = stage.feed.subscribe()
        stage.source.broken = True
        await stage.until(lambda: bool(stage.troubles))
        stage.source.broken = False
        stage.source.touch(NOW)

        assert len(await stage.read(listener, "jobs")) == 1
        assert set(stage.troubles) == {"live-poll-failed"}

    run(story)


def test_a_closed_feed_ends_its_streams_now_and_later() -> None:
    async def story(stage: Stage) -> None:
        listener = stage.feed.subscribe()

        stage.feed.close()

        assert await listener.next() is None
        assert await stage.feed.subscribe().next() is None

    run(story)


def test_lines_of_a_log_reach_those_who_follow_it_and_nobody_else() -> None:
    async def story(stage: Stage) -> None:
        follower, other = stage.feed.subscribe({"job-1": 0}), stage.feed.subscribe()
        stage.source.write("job-1", 1)
        stage.source.write("job-2", 2)
        stage.source.touch(NOW)

        heard: Any = await stage.read(follower, "log")
        await stage.read(other, "jobs")

        assert (heard["jobId"], [line["id"] for line in heard["lines"]]) == ("job-1", [1])
        assert "log" not in left(follower) + left(other)

    run(story)


def test_a_follower_hears_from_behind_the_line_it_names_even_while_nothing_is_committed() -> None:
    async def story(stage: Stage) -> None:
        stage.source.quiet = True
        for line in (1, 2, 3):
            stage.source.write("job-1", line)

        heard: Any = await stage.read(stage.feed.subscribe({"job-1": 1}), "log")

        assert [line["id"] for line in heard["lines"]] == [2, 3]

    run(story)
