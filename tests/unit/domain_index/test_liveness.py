"""Who was shown when."""

from datetime import datetime, timedelta

from builders import NOW
from dart_batch.domain.index.liveness import Act, Life, lives


def at(hour: int) -> datetime:
    return NOW + timedelta(hours=hour)


def test_each_publication_lives_until_the_next() -> None:
    acts = [Act("a", at(0)), Act("b", at(1))]

    assert lives(acts) == [Life("a", at(0), at(1)), Life("b", at(1), None)]


def test_a_rollback_gives_what_lay_below_another_life() -> None:
    acts = [Act("a", at(0)), Act("b", at(1)), Act("r", at(2), undoes="b")]

    assert lives(acts) == [Life("a", at(0), at(1)), Life("b", at(1), at(2)), Life("a", at(2), None)]


def test_when_all_is_rolled_back_nothing_is_live() -> None:
    acts = [Act("a", at(0)), Act("r", at(2), undoes="a")]

    assert lives(acts) == [Life("a", at(0), at(2))]


def test_a_rollback_of_what_lies_below_changes_nothing_that_is_shown() -> None:
    acts = [Act("a", at(0)), Act("b", at(1)), Act("r", at(2), undoes="a")]

    assert lives(acts) == [Life("a", at(0), at(1)), Life("b", at(1), None)]


def test_nothing_published_never_lived() -> None:
    assert lives([]) == []
