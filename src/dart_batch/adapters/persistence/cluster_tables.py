"""Tables that several processes agree by: what one transaction at a time decides, and which node keeps house."""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql

from dart_batch.adapters.persistence.tables import metadata

_MOMENT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")

mutexes = sa.Table("batch_mutexes", metadata, sa.Column("name", sa.String(300), primary_key=True))

offices = sa.Table(
    "batch_offices",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("holder", sa.String(64), nullable=False),
    sa.Column("until", _MOMENT, nullable=False),
    sa.Column("since", _MOMENT, nullable=False),
)
