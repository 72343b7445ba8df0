"""Every commit of the code fails once on MariaDB, the ways in turn, and ends in the same table as on SQLite.

The whole square of ways and commits, on SQLite: test_every_commit_fails.py.
"""

from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest
from stage import ON_A_SERVER
from test_every_commit_fails import (
    IN_A_CALM_PLAY,
    KILLED,
    OF_ITS_OWN,
    OUTSIDE_OF_WORK,
    WAYS,
    Stage,
    Table,
    committed_twice,
    stage,
)

from dart_batch.adapters.persistence import schema, session

IN_TURN = [*zip(cycle(WAYS), sorted(IN_A_CALM_PLAY | OF_ITS_OWN), strict=False)]
HARDEST = [(("after", "DROPPED"), "chunk"), (("before", "SIGKILL"), "publish")]
CASES = [*IN_TURN, *(one for one in HARDEST if one not in IN_TURN)]
__all__ = ["stage"]


@pytest.mark.parametrize(
    ("moment", "kind", "boundary"),
    [pytest.param(*way, boundary, id="-".join((*way, boundary))) for way, boundary in CASES],
)
def test_the_end_is_that_of_sqlite(
    stage: Stage, new_database: Callable[[], str], tmp_path: Path, moment: str, kind: str, boundary: str
) -> None:
    play = boundary if boundary in OF_ITS_OWN else "calm"
    home = on_a_server(stage.home(tmp_path / "home"), new_database())
    if boundary == "rescue":
        assert stage.act(home, play, "after:chunk:1=SIGKILL") == KILLED

    ended = stage.act(home, play, f"{moment}:{boundary}:1={kind}")
    if kind in ("SIGKILL", "SIGTERM") or boundary in OUTSIDE_OF_WORK:
        assert stage.act(home, play) == 0

    assert (ended == KILLED) == (kind == "SIGKILL")
    assert ended in (0, KILLED) or boundary in OUTSIDE_OF_WORK
    assert Table.of(home, play) == stage.expected(play)
    assert committed_twice(home) == []


def on_a_server(home: Path, url: str) -> Path:
    engine = session.create_engine(url)
    schema.upgrade(engine)
    engine.dispose()
    (home / ON_A_SERVER).write_text(url)
    return home
