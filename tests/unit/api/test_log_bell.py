"""The watch behind the live logs, on a fake database."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import OperationalError

from dart_batch.entrypoints.api.log_bell import LogBell


class Watched:
    """Jobs with new lines, look by look; `broken` looks fail first."""

    def __init__(self, *looks: set[str] | None, broken: int = 0) -> None:
        self.looks = list(looks)
        self.broken = broken
        self.opened = 0

    @contextmanager
    def watch(self) -> Iterator["Watched"]:
        self.opened += 1
        yield self

    def fresh(self) -> set[str] | None:
        if self.broken:
            self.broken -= 1
            raise OperationalError("SELECT", {}, Exception("locked"))
        return self.looks.pop(0) if self.looks else set()


def bell_over(source: Watched, troubles: list[str]) -> LogBell:
    return LogBell(source.watch, lambda name, _: troubles.append(name), poll_seconds=0.001)  # type: ignore[arg-type]


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 5))


def test_a_ring_is_heard_by_the_job_it_is_for_only() -> None:
    async def scene() -> None:
        bell = bell_over(Watched(set(), {"mine"}), [])
        with bell.listening("mine"), bell.listening("other"):
            mine, other = bell.next_ring("mine"), bell.next_ring("other")
            await mine.wait()

            assert not other.is_set()

    run(scene())


def test_the_first_look_rings_for_all_since_nothing_is_known_of_what_came_before() -> None:
    async def scene() -> None:
        bell = bell_over(Watched(None), [])
        with bell.listening("one"), bell.listening("two"):
            await asyncio.gather(bell.next_ring("one").wait(), bell.next_ring("two").wait())

    run(scene())


def test_a_database_that_does_not_answer_is_told_and_watched_anew() -> None:
    async def scene() -> None:
        source, troubles = Watched({"mine"}, broken=2), list[str]()
        bell = bell_over(source, troubles)
        with bell.listening("mine"):
            await bell.next_ring("mine").wait()

        assert troubles == ["log-watch-failed"] * 2
        assert source.opened == 3

    run(scene())


def test_closing_rings_for_everybody() -> None:
    async def scene() -> None:
        bell = bell_over(Watched(), [])
        with bell.listening("mine"):
            ring = bell.next_ring("mine")
            bell.close()

            assert ring.is_set()
            assert bell.closed

    run(scene())


def test_the_watch_rests_without_listeners() -> None:
    async def scene() -> None:
        bell = bell_over(Watched(), [])
        with bell.listening("mine"):
            assert bell.watching
        while bell.watching:
            await asyncio.sleep(0.001)

    run(scene())
