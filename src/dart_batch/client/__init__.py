"""The API from Python: `from dart_batch.client import DartClient`."""

from dart_batch.client.answers import Job, JobPage, Plan
from dart_batch.client.client import DartClient
from dart_batch.client.failures import (
    ApiError,
    ConflictError,
    DownloadBroken,
    NotAllowedError,
    NotFoundError,
    RefusedError,
    ServerUnavailable,
    WaitTimeout,
)

__all__ = [
    "ApiError",
    "ConflictError",
    "DartClient",
    "DownloadBroken",
    "Job",
    "JobPage",
    "NotAllowedError",
    "NotFoundError",
    "Plan",
    "RefusedError",
    "ServerUnavailable",
    "WaitTimeout",
]
