"""Every commit of the code fails in every way, and nobody helps: the same table, and nothing committed twice.

What the acts are made of is in stage.py. A commit that is new in the code is asked for here before it can be merged.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa
from small_market import give_observations
from stage import ON_A_SERVER

from dart_batch.adapters.persistence.audit_queries import SqlAuditQueries
from dart_batch.domain.access.audit import AuditFault

ROOT = Path(__file__).parents[2]
COMMITS = {
    boundary
    for path in (ROOT / "src").rglob("*.py")
    for boundary in re.findall(r"\.commit\(\"([a-z-]+)\"\)", path.read_text())
}
IN_A_CALM_PLAY = {"define", "submit", "register", "claim", "chunk", "publish", "leave", "rescue"}
IN_TROUBLE = {"chunk-try", "set-back", "fail", "verification", "control", "give-back", "revoke", "heartbeat"}
DECISIONS = {"promote", "discard", "rollback", "reverse"}
ACCESS = {"keys", "users", "login"}
OF_ITS_OWN = {"brief", "sessions", "recut", *DECISIONS, *IN_TROUBLE, *ACCESS}
WAYS = [
    *((moment, kind) for moment in ("before", "after") for kind in ("SIGKILL", "SIGTERM", "DROPPED")),
    ("before", "LOCKED"),
]
KILLED = -signal.SIGKILL
OUTSIDE_OF_WORK = {"register", "leave"}


def cases() -> list[object]:
    """Every way at every boundary, as parameters of a test."""
    places = product(WAYS, sorted(IN_A_CALM_PLAY | OF_ITS_OWN))
    return [pytest.param(*way, boundary, id="-".join((*way, boundary))) for way, boundary in places]


@dataclass
class Stage:
    """A running stage.py, and the tables that undisturbed plays end in."""

    process: subprocess.Popen[str]
    prepared: Path
    undisturbed: dict[str, "Table"] = field(default_factory=dict)

    def act(self, home: Path, play: str, failpoint: str = "") -> int:
        """The exit status of a process that plays until all is settled, or the failpoint ends it."""
        order = {"home": str(home), "play": play, "failpoint": failpoint}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def home(self, folder: Path) -> Path:
        return Path(shutil.copytree(self.prepared, folder))

    def expected(self, play: str) -> "Table":
        if play not in self.undisturbed:
            home = self.home(self.prepared.with_name(f"undisturbed-{play}"))
            assert self.act(home, play) == 0
            self.undisturbed[play] = Table.of(home, play)
        return self.undisturbed[play]


@dataclass(frozen=True)
class Table:
    """What an operator sees at the end: the hash of the readings, what is live, the job and its chunks (but for a job
    that cuts them as it goes, from where it was ended).
    """

    readings: str
    live: list[tuple[object, ...]]
    jobs: list[tuple[object, ...]]
    chunks: list[tuple[object, ...]]
    publications: int
    decisions: list[tuple[object, ...]]
    access: list[tuple[object, ...]]

    @classmethod
    def of(cls, home: Path, play: str) -> "Table":
        readings = (
            "SELECT session, value, level, coverage, components, input_hash, withheld_reason "
            "FROM fear_greed_batch_history ORDER BY session"
        )
        return cls(
            readings=hashlib.sha256(repr(rows(home, readings)).encode()).hexdigest(),
            live=rows(home, "SELECT market, definition, first_session, last_session FROM index_segments"),
            jobs=rows(home, "SELECT status, items_processed, items_failed, chunks_total - chunks_done FROM batch_jobs"),
            chunks=[]
            if play == "recut"
            else rows(home, "SELECT number, status, written FROM batch_chunks ORDER BY 1, 2"),
            publications=len(rows(home, "SELECT id FROM index_publications")),
            decisions=rows(home, "SELECT status, decided_by FROM index_generations"),
            access=rows(home, "SELECT name FROM users UNION ALL SELECT name FROM api_keys")
            + rows(home, "SELECT count(*) FROM user_sessions")
            + rows(
                home, "SELECT act, count(*) FROM audit_entries WHERE act NOT LIKE 'job.%' GROUP BY act ORDER BY act"
            ),
        )


def rows(home: Path, sql: str) -> list[tuple[object, ...]]:
    if (home / ON_A_SERVER).exists():
        return _rows_of_a_server((home / ON_A_SERVER).read_text(), sql)
    with sqlite3.connect(home / "dart-batch.db") as connection:
        return connection.execute(sql).fetchall()


def _rows_of_a_server(url: str, sql: str) -> list[tuple[object, ...]]:
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql(sql.replace("%", "%%")).all()
    engine.dispose()
    return [tuple(str(value) if isinstance(value, date) else value for value in row) for row in found]


def committed_twice(home: Path) -> list[tuple[object, ...]]:
    done = "SELECT job_id, chunk, count(*) FROM batch_logs WHERE event = 'chunk-done' GROUP BY 1, 2 HAVING count(*) > 1"
    return rows(home, done)


def faults_of_the_trail(home: Path) -> list[AuditFault]:
    return SqlAuditQueries(sa.create_engine(f"sqlite:///{home / 'dart-batch.db'}")).verify()[1]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    prepared = tmp_path_factory.mktemp("stage") / "prepared"
    give_observations(prepared)
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("DART_", "BATCH_"))}
    paths = os.pathsep.join([str(ROOT / "tests"), str(ROOT / "src")])
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("stage.py"))],
        cwd=prepared,
        env=environment | {"PYTHONPATH": paths, "POLARS_MAX_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Stage(process, prepared)


def test_no_commit_of_the_code_is_forgotten_here() -> None:
    assert IN_A_CALM_PLAY | OF_ITS_OWN == COMMITS


@pytest.mark.parametrize(("moment", "kind", "boundary"), cases())
def test_the_end_is_the_same(stage: Stage, tmp_path: Path, moment: str, kind: str, boundary: str) -> None:
    play = boundary if boundary in OF_ITS_OWN else "calm"
    home = stage.home(tmp_path / "home")
    if boundary == "rescue":
        assert stage.act(home, play, "after:chunk:1=SIGKILL") == KILLED

    ended = stage.act(home, play, f"{moment}:{boundary}:1={kind}")
    if kind in ("SIGKILL", "SIGTERM") or boundary in OUTSIDE_OF_WORK:
        assert stage.act(home, play) == 0

    assert (ended == KILLED) == (kind == "SIGKILL")
    assert ended in (0, KILLED) or boundary in OUTSIDE_OF_WORK
    assert Table.of(home, play) == stage.expected(play)
    assert committed_twice(home) == []
    assert faults_of_the_trail(home) == []
