"""Which submit was answered with which job, in submission_receipts."""

import hashlib
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dart_batch.adapters.persistence.moments import naive
from dart_batch.adapters.persistence.receipt_tables import receipts
from dart_batch.domain.job.errors import KeyTaken
from dart_batch.domain.job.receipt import Receipt


class SqlReceipts:
    """Implements Receipts inside one connection's transaction. Keys are kept as digests, whatever they hold."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def find(self, owner: str, key: str) -> tuple[str, str] | None:
        query = sa.select(receipts.c.job_id, receipts.c.request_hash).where(
            receipts.c.owner == owner, receipts.c.key_hash == _digest(key)
        )
        row = self._connection.execute(query).first()
        return None if row is None else (str(row[0]), str(row[1]))

    def add(self, owner: str, receipt: Receipt, job_id: str, at: datetime) -> None:
        row = {"owner": owner, "key_hash": _digest(receipt.key), "request_hash": receipt.request_hash}
        try:
            self._connection.execute(receipts.insert(), row | {"job_id": job_id, "created_at": naive(at)})
        except IntegrityError as error:
            raise KeyTaken("Another request with the same key came first.") from error


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
