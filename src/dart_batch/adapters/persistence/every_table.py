"""The metadata with every table in it, whichever module describes it, and how a server makes them."""

from dart_batch.adapters.persistence import (
    access_tables,
    artefact_tables,
    cluster_tables,
    finding_tables,
    migration_tables,
    receipt_tables,
    server_tables,
    tables,
)

MODULES = (
    tables,
    access_tables,
    artefact_tables,
    finding_tables,
    migration_tables,
    receipt_tables,
    cluster_tables,
    server_tables,
)
metadata = tables.metadata
