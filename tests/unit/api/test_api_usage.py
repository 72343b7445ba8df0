"""Cursors, and use of the machine."""

import pytest

from dart_batch.domain.job.errors import InvalidParameters
from dart_batch.entrypoints.api.paging import Cursor
from dart_batch.entrypoints.api.usage import Usage, UsageMeter


def test_a_cursor_comes_back_as_it_was_given_out() -> None:
    cursor = Cursor("01abcdefghjkmnpqrstvwxyz00", 150)

    assert Cursor.parse(cursor.text()) == cursor


@pytest.mark.parametrize("text", ["", "x", "%%%", "MTIz", "LTUuYQ", "ó", "A" * 199, "OTk5OTk5OTk5OTk5LmE"])
def test_a_cursor_nobody_gave_out_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameters):
        Cursor.parse(text)


def test_memory_is_written_in_whole_megabytes() -> None:
    assert Usage(245 * 1024 * 1024 + 9, 0.0).memory_text == "245MB"


def test_callers_within_a_second_share_a_sample() -> None:
    meter = UsageMeter()

    assert meter.sample() is meter.sample()


def test_a_sample_is_plausible() -> None:
    usage = UsageMeter().sample()

    assert usage.memory > 1024 * 1024
    assert 0 <= usage.cpu <= 100
