"""How many connections to the database this process has open, and how many of them are at work."""

from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool


@dataclass(frozen=True, slots=True)
class PoolFigures:
    """Connections of one pool at this moment: at work, and kept for the next who asks."""

    name: str
    in_use: int
    idle: int


class SqlPools:
    """The pools of this process. On SQLite one serves both purposes; it is given once, as `writing`."""

    def __init__(self, writing: sa.Engine, reading: sa.Engine) -> None:
        self._engines = {"writing": writing} | ({} if reading is writing else {"reading": reading})

    def figures(self) -> list[PoolFigures]:
        """Asks nothing of the database."""
        pools = [(name, cast("QueuePool", engine.pool)) for name, engine in self._engines.items()]
        return [PoolFigures(name, pool.checkedout(), pool.checkedin()) for name, pool in pools]
