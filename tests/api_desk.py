"""A desk for tests of the API: a real SQLite file, a real observation store and the real calendars."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient

from builders import MINI
from dart_batch.application.definitions import store_definition
from dart_batch.bootstrap import App, build
from dart_batch.domain.access.actor import the_system
from dart_batch.domain.access.role import Role
from dart_batch.engine.definition_file import parse_definition
from dart_batch.entrypoints.api.app import create_app
from dart_batch.settings import Settings
from fakes.market_data import append, series_frame

ORIGIN = "http://localhost"
SPAN = {"startDate": "2020-01-01", "endDate": "2020-03-31"}


@dataclass
class Api:
    """The application, its App and a key per role."""

    core: App
    app: FastAPI
    secrets: dict[Role, str] = field(default_factory=dict)

    def headers(self, role: Role = Role.ADMIN) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secrets[role]}"}

    def client(self, role: Role | None = Role.ADMIN) -> TestClient:
        headers = {} if role is None else self.headers(role)
        return TestClient(self.app, base_url=ORIGIN, headers=headers, raise_server_exceptions=False)

    def key(self, name: str, role: Role = Role.VIEWER) -> str:
        """The secret of a new key, in place of one that has the name."""
        if any(key.name == name and key.revoked_at is None for key in self.core.keys.list()):
            self.revoke(name)
        return self.core.access.keys.create(name, role, the_system())[1]

    def revoke(self, name: str) -> None:
        """End the key of this name."""
        [key_id] = [key.id for key in self.core.keys.list() if key.name == name and key.revoked_at is None]
        self.core.access.keys.revoke(key_id, the_system())

    def run(self, job_id: str) -> str | None:
        """Run a queued job to its end in this thread."""
        return self.core.worker().run_one(job_id, threading.Event())

    def submitted(self, **changes: Any) -> dict[str, Any]:
        answer = self.client().post("/api/batch/historical-backfill", json=backfill(**changes))
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def published(self, **changes: Any) -> dict[str, Any]:
        job = self.submitted(**changes)
        assert self.run(job["jobId"]) == "completed"
        return job


def backfill(**changes: Any) -> dict[str, Any]:
    return {"dateRange": SPAN, "definition": "mini", "chunkSize": 10} | changes


def settings(folder: Path, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "dart_home": folder,
        "database_url": "",
        "dart_data_dir": None,
        "batch_worker_enabled": False,
    }
    return Settings(_env_file=None, **(given | changes))


def furnished(folder: Path, **changes: Any) -> Api:
    """Two series over three months of KOSPI sessions, the definition `mini`, and a key per role."""
    core = build(settings(folder, **changes))
    _furnish(core)
    made = Api(core, create_app(core, page=folder / "page"))
    made.secrets = {role: made.key(f"the {role}", role) for role in Role}
    return made


def _furnish(core: App) -> None:
    days = core.calendars.of("KOSPI").sessions(date(2020, 1, 1), date(2020, 3, 31))
    rows = [("alpha", day, float(day.toordinal() * 7919 % 101)) for day in days]
    rows += [("beta", day, float(day.toordinal() * 104729 % 97)) for day in days]
    append(core.market_data, "KOSPI", series_frame(rows))
    with core.uow() as work:
        store_definition(work, parse_definition(MINI, "mini.toml"), MINI, datetime(2026, 1, 1, tzinfo=UTC), "tester")
        work.commit("test")
