"""The published index over HTTP."""

import json
from datetime import UTC, date, datetime

import pytest

from api_desk import Api
from builders import MINI
from dart_batch.application.definitions import store_definition
from dart_batch.engine.definition_file import parse_definition
from dart_batch.entrypoints.api.index_wire import DefinitionList, IndexHistory, IndexList, ReadingDetail
from fakes.market_data import append, series_frame

MINI_QUERY = {"definition": "mini"}


def test_nothing_published_is_an_empty_list(api: Api) -> None:
    assert api.client().get("/api/index").json() == {"items": []}


def test_what_is_published_is_listed_with_its_newest_value(api: Api) -> None:
    api.published()

    listed = IndexList.model_validate(api.client().get("/api/index").json()).items

    assert [(item.market, item.definition, item.sessions) for item in listed] == [("KOSPI", "mini", 62)]
    assert listed[0].latest is not None
    assert listed[0].latest.date == listed[0].last == date(2020, 3, 31)


def test_the_history_holds_every_session_and_says_why_values_are_withheld(api: Api) -> None:
    job = api.published()

    history = IndexHistory.model_validate(api.client().get("/api/index/KOSPI", params=MINI_QUERY).json())

    withheld = [item for item in history.items if item.value is None]
    assert (len(history.items), len(withheld)) == (62, 4)
    assert all(item.withheld_reason and item.level is None for item in withheld)
    assert {item.job_id for item in history.items} == {job["jobId"]}
    assert (history.definition, history.bounds) == ("mini@1", [25, 45, 55, 75])
    assert [(used.definition, used.sessions) for used in history.definitions] == [("mini@1", 62)]


def test_values_survive_the_wire_bit_by_bit(api: Api) -> None:
    api.published()

    items = api.client().get("/api/index/KOSPI", params=MINI_QUERY).json()["items"]

    assert [item["value"] for item in items] == api.core.index.readings("KOSPI", "mini", components=False)[
        "value"
    ].to_list()


def test_components_come_only_when_asked_for(api: Api) -> None:
    api.published()
    client = api.client()

    without = client.get("/api/index/KOSPI", params=MINI_QUERY).json()["items"]
    having = client.get("/api/index/KOSPI", params=MINI_QUERY | {"components": "true"}).json()

    assert "components" not in without[0]
    assert IndexHistory.model_validate(having).items[-1].components is not None
    assert [item.pop("components") for item in having["items"]][-1].keys() == {"alpha", "beta"}
    assert having["items"] == without


def test_a_span_includes_both_ends(api: Api) -> None:
    api.published()

    answer = api.client().get("/api/index/kospi", params=MINI_QUERY | {"from": "2020-02-03", "to": "2020-02-05"})

    assert [item["date"] for item in answer.json()["items"]] == ["2020-02-03", "2020-02-04", "2020-02-05"]


def test_a_span_without_sessions_is_empty_and_still_says_which_index(api: Api) -> None:
    api.published()

    answer = api.client().get("/api/index/KOSPI", params=MINI_QUERY | {"from": "2031-01-01"})

    history = IndexHistory.model_validate(answer.json())
    assert (history.items, history.definitions, history.definition) == ([], [], "mini@1")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/index/KOSPI", 404, "reading-not-found"),
        ("/api/index/KOSPI?definition=nobody", 404, "reading-not-found"),
        ("/api/index/MARS", 404, "unknown-market"),
        ("/api/index/KOSPI?from=yesterday", 422, "invalid-request"),
        ("/api/index/KOSPI?definition=mini&from=2020-02-01&to=2020-01-01", 422, "invalid-parameters"),
        ("/api/index/KOSPI?definition=mini&fields=value", 422, "invalid-request"),
        ("/api/index/KOSPI/2020-02-01?definition=mini", 404, "reading-not-found"),
        ("/api/index/KOSPI/2020-02-31?definition=mini", 422, "invalid-request"),
        ("/api/index/KOSPI/latest?definition=mini", 422, "invalid-request"),
        ("/api/index/KOSPI/2020-02-03", 404, "reading-not-found"),
    ],
)
def test_what_is_not_there_is_said(api: Api, path: str, status: int, code: str) -> None:
    api.published()

    answer = api.client().get(path)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_one_reading_tells_its_job_and_observations_and_they_verify(api: Api) -> None:
    job = api.published()

    answer = api.client().get("/api/index/KOSPI/2020-03-31", params=MINI_QUERY)

    reading = ReadingDetail.model_validate(answer.json())
    assert reading.lineage.job.job_id == reading.job_id == job["jobId"]
    assert reading.lineage.verified
    assert (reading.lineage.input_hash, reading.lineage.data_revision) == (reading.input_hash, 1)
    assert [(part.name, part.rows) for part in reading.lineage.inputs] == [("alpha", 5), ("beta", 7)]


def test_lineage_stays_that_of_the_job_after_newer_observations(api: Api) -> None:
    api.published()
    before = api.client().get("/api/index/KOSPI/2020-03-31", params=MINI_QUERY).json()

    append(api.core.market_data, "KOSPI", series_frame([("alpha", date(2020, 3, 30), -1.0)]))

    assert api.client().get("/api/index/KOSPI/2020-03-31", params=MINI_QUERY).json() == before


def test_a_withheld_reading_has_its_lineage_too(api: Api) -> None:
    api.published()

    reading = ReadingDetail.model_validate(api.client().get("/api/index/KOSPI/2020-01-02", params=MINI_QUERY).json())

    assert (reading.value, reading.level) == (None, None)
    assert reading.withheld_reason
    assert reading.lineage.verified


def test_a_selection_of_components_is_an_index_of_its_own(api: Api) -> None:
    api.published(components=["ALPHA"])

    listed = api.client().get("/api/index").json()["items"]
    history = api.client().get("/api/index/KOSPI", params={"definition": listed[0]["definition"]}).json()

    assert listed[0]["definition"] == "mini[ALPHA]"
    assert history["bounds"] == [25, 45, 55, 75]


def test_definitions_are_listed_with_bounds_and_weights(api: Api) -> None:
    listed = DefinitionList.model_validate(api.client().get("/api/index/definitions").json()).items

    assert {"cnn@1", "kospi@1", "us@1", "mini@1"} == {item.identifier for item in listed}
    assert all(abs(sum(part.weight for part in item.components) - 1) < 1e-9 for item in listed)


def test_text_with_quotes_and_korean_stays_valid_json(api: Api) -> None:
    odd = MINI.replace('name = "mini"', 'name = "odd"').replace('"Two series"', "'두 \"개\"'")
    with api.core.uow() as work:
        store_definition(work, parse_definition(odd, "odd.toml"), odd, datetime(2026, 1, 1, tzinfo=UTC), "tester")
        work.commit("test")
    api.published(definition="odd")

    answer = api.client().get("/api/index/KOSPI", params={"definition": "odd", "components": "true"})

    assert len(json.loads(answer.content)["items"]) == 62
