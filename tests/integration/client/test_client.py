"""DartClient against a real server with its worker."""

import hashlib
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from rich.console import Console

from api_desk import Api, furnished
from dart_batch.client import (
    ConflictError,
    DartClient,
    DownloadBroken,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    ServerUnavailable,
    WaitTimeout,
)
from dart_batch.client.keys import NoKey, found_key
from dart_batch.client.waiting import wait
from dart_batch.domain.access.role import Role
from live_server import served

RANGE = ("2020-01-01", "2020-03-31")
MINI = {"definition": "mini", "chunkSize": 10}
WEIGHTS = {"definition": "mini", "newWeights": {"alpha": 0.25, "beta": 0.75}}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    return furnished(tmp_path_factory.mktemp("client"), batch_worker_enabled=True, batch_poll_seconds=0.05)


@pytest.fixture(scope="module")
def origin(api: Api) -> Iterator[str]:
    with served(api) as address:
        yield address


@pytest.fixture
def client(api: Api, origin: str) -> Iterator[DartClient]:
    with DartClient(origin, api.secrets[Role.ADMIN]) as made:
        yield made


def test_a_job_is_submitted_followed_and_read(client: DartClient) -> None:
    shown = client.plan("HISTORICAL_BACKFILL", {"dateRange": {"startDate": RANGE[0], "endDate": RANGE[1]}} | MINI)
    said = io.StringIO()

    job = client.submit_backfill(*RANGE, parameters=MINI, tags=["first"], planHash=shown.hash)
    done = client.wait(job.id, timeout=60, poll=0.05, console=Console(file=said))

    assert (done.status, done.processed, done.total, done.generation) == ("COMPLETED", 62, 62, "PUBLISHED")
    assert (job.plan_hash, shown.added) == (shown.hash, 62)
    assert said.getvalue().splitlines()[-1] == f"{job.id} COMPLETED 62 of 62"
    assert [line["event"] for line in client.logs(job.id)][:2] == ["submitted", "started"]
    assert len(client.chunks(job.id)) == shown.chunks
    assert [found.id for found in client.jobs(tag="first")] == [job.id]
    assert len(client.index("KOSPI", definition="mini")["items"]) == 62


def test_a_recalculation_waits_and_is_discarded(client: DartClient) -> None:
    client.wait(client.submit_backfill(*RANGE, parameters=MINI | {"overwriteExisting": True}).id, poll=0.05)
    job = client.submit_recalculation(*RANGE, "a calmer index", parameters=WEIGHTS)
    staged = client.wait(job.id, timeout=60, poll=0.05)

    changed = client.diff(job.id, limit=0)["summary"]["sessions"]
    beside = client.compare("KOSPI", definition="mini", withGeneration=job.id, limit=0)["summary"]["sessions"]
    newest = client.generations("KOSPI", definition="mini", limit=1)
    states = client.calendar("KOSPI", definition="mini")
    dropped = client.discard(job.id)

    assert (staged.generation, changed, dropped.generation) == ("STAGED", 62, "DISCARDED")
    assert (states["sessions"], states["counts"]["missing"]) == (62, 0)
    assert (beside, [(one["jobId"], one["state"]) for one in newest]) == (62, [(job.id, "STAGED")])
    with pytest.raises(ConflictError) as refused:
        client.promote(job.id)
    assert (refused.value.code, bool(refused.value.hint)) == ("not-staged", True)


def test_a_bar_is_drawn_on_a_terminal(client: DartClient) -> None:
    said = io.StringIO()
    job = client.submit_backfill(*RANGE, parameters=MINI | {"overwriteExisting": True})

    client.wait(job.id, timeout=60, poll=0.05, console=Console(file=said, force_terminal=True, width=120))

    assert "COMPLETED" in said.getvalue()
    assert "62/62" in said.getvalue()


def test_the_verbs_of_a_job(client: DartClient) -> None:
    job = client.submit_backfill(*RANGE, parameters=MINI | {"overwriteExisting": True}, start=False)

    urgent = client.prioritise(job.id, "HIGH")
    rehearsed = client.bulk("cancel", ids=[job.id], dry_run=True)
    gone = client.cancel(job.id, rollback=True)

    assert (job.status, job.settled, urgent.raw["priority"]) == ("PENDING", True, "HIGH")
    assert (rehearsed["done"], gone.status) == (1, "CANCELLED")
    with pytest.raises(ConflictError):
        client.pause(job.id)


def test_all_pages_of_a_list_are_walked(client: DartClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dart_batch.client.client.PAGE", 1)
    for size in (7, 8, 9):
        parameters = MINI | {"overwriteExisting": True, "chunkSize": size}
        client.submit_backfill(*RANGE, parameters=parameters, start=False, tags=["paged"])

    assert [job.raw["parameters"]["chunkSize"] for job in client.jobs(tag="paged")] == [9, 8, 7]


def test_a_repeated_submit_makes_no_second_job(client: DartClient) -> None:
    wanted = {"parameters": MINI | {"overwriteExisting": True, "chunkSize": 12}, "start": False, "once": "the storm"}

    assert client.submit_backfill(*RANGE, **wanted).id == client.submit_backfill(*RANGE, **wanted).id


def test_a_wait_that_lasts_too_long_names_the_job(client: DartClient) -> None:
    job = client.page(limit=1).items[0]
    running = replace(job, status="RUNNING")

    with pytest.raises(WaitTimeout, match=f"Job {job.id} is RUNNING"):
        wait(lambda: running, timeout=0.01, poll=0.02, console=None)


def test_refusals_are_typed_and_name_the_field(client: DartClient, api: Api, origin: str) -> None:
    with pytest.raises(RefusedError) as refused:
        client.submit_backfill("2020-01-01", "yesterday")
    with pytest.raises(NotFoundError):
        client.job("nobody")
    with DartClient(origin, api.secrets[Role.VIEWER]) as viewer, pytest.raises(NotAllowedError):
        viewer.submit_backfill(*RANGE)
    with DartClient(origin, "dart_wrong") as stranger, pytest.raises(NotAllowedError):
        stranger.page()

    assert [error["field"] for error in refused.value.errors] == ["parameters.dateRange.endDate"]


def test_a_server_that_is_away_is_named_with_what_to_do() -> None:
    with DartClient("http://localhost:9", "key") as lonely, pytest.raises(ServerUnavailable, match="dart-batch up"):
        lonely.prioritise("any", "HIGH")


class Hiccup(BaseHTTPRequestHandler):
    """Answers 503 twice, then a page without jobs; other verbs always 503."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self._answer(503 if len(self.asked) < 2 else 200, b'{"items": [], "total": 0, "nextCursor": null}')

    def do_POST(self) -> None:
        self._answer(503, b"busy")

    def _answer(self, status: int, body: bytes) -> None:
        self.asked.append(self.command)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Says nothing."""


@pytest.fixture
def hiccup() -> Iterator[str]:
    Hiccup.asked.clear()
    server = HTTPServer(("127.0.0.1", 0), Hiccup)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_what_changes_nothing_is_asked_again_and_a_verb_is_not(hiccup: str) -> None:
    with DartClient(hiccup, "key") as client:
        assert client.page().total == 0
        with pytest.raises(ServerUnavailable):
            client.pause("one")

    assert Hiccup.asked == ["GET", "GET", "GET", "POST"]


def test_the_key_comes_from_the_environment_or_from_the_local_installation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DART_HOME", str(tmp_path))
    monkeypatch.delenv("DART_API_KEY", raising=False)

    with pytest.raises(NoKey, match="dart-batch keys create"):
        found_key()
    (tmp_path / "admin.key").write_text("dart_kept\n")
    kept = found_key()
    monkeypatch.setenv("DART_API_KEY", "dart_given")

    assert (kept, found_key()) == ("dart_kept", "dart_given")


def test_a_validation_and_a_report_are_read_with_what_they_found_and_wrote(client: DartClient) -> None:
    client.wait(client.submit_backfill(*RANGE, parameters=MINI | {"overwriteExisting": True}).id, poll=0.05)
    checked = client.submit_validation(parameters={"index": "mini"})
    written = client.submit_reports(*RANGE, parameters={"definitions": ["mini"], "formats": ["CSV"]})

    states = [client.wait(job.id, timeout=60, poll=0.05).status for job in (checked, written)]

    assert states == ["COMPLETED", "COMPLETED"]
    assert client.findings(checked.id)["checks"]
    assert client.artefacts(written.id)
    listed = client.reports(format="CSV", jobId=written.id)
    assert [one["name"] for one in listed] == [one["name"] for one in reversed(client.artefacts(written.id))]


def test_a_file_of_a_report_is_downloaded_as_it_was_written(client: DartClient, tmp_path: Path) -> None:
    client.wait(client.submit_backfill(*RANGE, parameters=MINI | {"overwriteExisting": True}).id, poll=0.05)
    job = client.submit_reports(*RANGE, parameters={"definitions": ["mini"], "formats": ["XLSX"]})
    client.wait(job.id, timeout=60, poll=0.05)
    listed = client.artefacts(job.id)[0]

    path = client.download(job.id, listed["name"], tmp_path / "new folder")

    assert path == tmp_path / "new folder" / listed["name"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == listed["sha256"]
    assert [found.name for found in path.parent.iterdir()] == [listed["name"]]


def test_a_file_that_is_not_there_leaves_nothing_behind(client: DartClient, tmp_path: Path) -> None:
    job = client.page(limit=1).items[0]

    with pytest.raises(NotFoundError):
        client.download(job.id, "../other.pdf", tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_arrives_as_another_one_is_not_kept(hiccup: str, tmp_path: Path) -> None:
    (tmp_path / "june.csv").write_text("from before")

    with DartClient(hiccup, "key") as client, pytest.raises(DownloadBroken, match="SHA-256 differs"):
        client.download("one", "june.csv", tmp_path)

    assert len(Hiccup.asked) > 2
    assert [path.read_text() for path in tmp_path.iterdir()] == ["from before"]
