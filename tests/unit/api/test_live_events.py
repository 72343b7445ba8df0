"""What the live channel says."""

import json

import pytest

from builders import NOW
from dart_batch.entrypoints.api.live_events import Place, event, place_of


@pytest.mark.parametrize(("line", "place"), [(0, Place(NOW)), (17, Place(NOW, 17))])
def test_an_event_id_leads_back_to_its_place(line: int, place: Place) -> None:
    assert place_of(event("jobs", [], NOW, line).id) == place


@pytest.mark.parametrize("text", [None, "", "yesterday", "12", "2026-01-02T03:04:05", ";4", "x;4"])
def test_an_id_that_was_never_given_out_starts_afresh(text: str | None) -> None:
    assert place_of(text) == Place()


def test_a_line_that_is_no_number_is_left_out() -> None:
    assert place_of(event("jobs", [], NOW).id + ";²") == Place(NOW)


def test_stream_and_socket_say_the_same() -> None:
    told = event("log", {"jobId": "a", "lines": ["한국어\n"]}, NOW, 3)
    streamed = dict(line.split(": ", 1) for line in told.sent.decode().strip().split("\n"))

    assert json.loads(told.message) == {
        "id": streamed["id"],
        "event": streamed["event"],
        "data": json.loads(streamed["data"]),
    }
