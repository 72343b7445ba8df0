"""The client itself."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote

from dart_batch.client.answers import Job, JobPage, Plan
from dart_batch.client.keys import found_key
from dart_batch.client.transport import Transport
from dart_batch.client.waiting import wait

if TYPE_CHECKING:
    from rich.console import Console

JOBS = "/api/batch/jobs"
PAGE = 500


class DartClient:
    """Calls a dart-batch server. Every call raises an ApiError of `failures` with code, detail and hint.

    The key is `key`, or DART_API_KEY, or that of the local installation; `timeout` in seconds is that of one request.
    """

    def __init__(self, url: str = "http://localhost:3000", key: str | None = None, *, timeout: float = 30.0) -> None:
        self._transport = Transport(url, key or found_key(), timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._transport.close()

    def plan(self, kind: str, parameters: Mapping[str, Any]) -> Plan:
        """What a job of this type would do now; changes nothing. Parameters as in the API (camelCase)."""
        return Plan.of(self._transport.post(JOBS, {"type": kind, "parameters": dict(parameters)}, dryRun=True))

    def submit(
        self,
        kind: str,
        parameters: Mapping[str, Any],
        *,
        description: str = "",
        tags: Sequence[str] = (),
        once: str | None = None,
        **options: Any,
    ) -> Job:
        """A new job; `options` are priority, start and planHash of the API.

        `once` is the Idempotency-Key: with the same one the same request makes no second job, also in another process.
        """
        metadata = {"description": description, "tags": list(tags)}
        body = {"type": kind, "parameters": dict(parameters), "metadata": metadata} | options
        return Job.of(self._transport.post(JOBS, body, once=once or secrets.token_hex(16)))

    def submit_backfill(self, first: str, last: str, markets: Sequence[str] = ("KOSPI",), **more: Any) -> Job:
        """A HISTORICAL_BACKFILL of the days from first to last (YYYY-MM-DD); `more` as in `submit`, its `parameters`
        beside these.
        """
        own = {"dateRange": _range(first, last), "targetMarkets": list(markets)}
        return self.submit("HISTORICAL_BACKFILL", own | dict(more.pop("parameters", {})), **more)

    def submit_recalculation(self, first: str, last: str, reason: str, market: str = "KOSPI", **more: Any) -> Job:
        """An INDEX_RECALCULATION; give newWeights or definition in `parameters`. It waits to be promoted."""
        own = {"dateRange": _range(first, last), "market": market, "recalculationReason": reason}
        return self.submit("INDEX_RECALCULATION", own | dict(more.pop("parameters", {})), **more)

    def submit_validation(self, market: str = "KOSPI", **more: Any) -> Job:
        """A DATA_VALIDATION of the live index of the market; `more` as in `submit`."""
        return self.submit("DATA_VALIDATION", {"market": market} | dict(more.pop("parameters", {})), **more)

    def submit_reports(self, first: str, last: str, markets: Sequence[str] = ("KOSPI",), **more: Any) -> Job:
        """A BULK_REPORT of the days from first to last; periods and formats in `parameters`."""
        own = {"dateRange": _range(first, last), "targetMarkets": list(markets)}
        return self.submit("BULK_REPORT", own | dict(more.pop("parameters", {})), **more)

    def job(self, job_id: str) -> Job:
        """The job as it is now."""
        return Job.of(self._transport.get(f"{JOBS}/{job_id}"))

    def page(self, cursor: str | None = None, limit: int = 50, **filters: Any) -> JobPage:
        """A page of the jobs that match: status, type, market, priority, owner, tag, createdFrom, createdBefore, q,
        sort.
        """
        return JobPage.of(self._transport.get(JOBS, cursor=cursor, limit=limit, **filters))

    def jobs(self, **filters: Any) -> Iterator[Job]:
        """All jobs that match, page by page; filters as for `page`."""
        found = self.page(limit=PAGE, **filters)
        yield from found.items
        while found.next_cursor is not None:
            found = self.page(found.next_cursor, PAGE, **filters)
            yield from found.items

    def logs(self, job_id: str, **filters: Any) -> Iterator[dict[str, Any]]:
        """All lines of a job's log, oldest first; `level` narrows them."""
        after: int | None = None
        while items := (answer := self._transport.get(f"{JOBS}/{job_id}/logs", after=after, **filters))["items"]:
            yield from items
            after = answer["nextAfter"]

    def chunks(self, job_id: str) -> list[dict[str, Any]]:
        """The ledger of a job."""
        found: list[dict[str, Any]] = self._transport.get(f"{JOBS}/{job_id}/chunks")["items"]
        return found

    def findings(self, job_id: str, **query: Any) -> dict[str, Any]:
        """What a validation found: its checks, and a page of findings."""
        found: dict[str, Any] = self._transport.get(f"{JOBS}/{job_id}/findings", **query)
        return found

    def artefacts(self, job_id: str) -> list[dict[str, Any]]:
        """The files that a job has written: name, size and hash."""
        found: list[dict[str, Any]] = self._transport.get(f"{JOBS}/{job_id}/artefacts")["items"]
        return found

    def reports(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """The files of all jobs that match, page by page: market, definition, format, language, jobId, createdFrom,
        createdBefore, q, sort.
        """
        cursor: str | None = None
        while True:
            found = self._transport.get("/api/batch/artefacts", cursor=cursor, limit=PAGE, **filters)
            yield from found["items"]
            cursor = found["nextCursor"]
            if cursor is None:
                return

    def download(self, job_id: str, name: str, folder: str | Path) -> Path:
        """Write a file that the job has written into the folder, under the same name, whole and with the hash that the
        server named, or not at all. Raises DownloadBroken when it arrives as another one.
        """
        path = Path(folder) / Path(name).name
        self._transport.download(f"{JOBS}/{job_id}/artefacts/{quote(name, safe='')}", path)
        return path

    def diff(self, job_id: str, **query: Any) -> dict[str, Any]:
        """What a staged generation changes."""
        found: dict[str, Any] = self._transport.get(f"{JOBS}/{job_id}/diff", **query)
        return found

    def start(self, job_id: str) -> Job:
        """Queue the job."""
        return self._verb(job_id, "start")

    def pause(self, job_id: str) -> Job:
        """Pause the job after its present chunk."""
        return self._verb(job_id, "pause")

    def resume(self, job_id: str) -> Job:
        """Queue a paused job again."""
        return self._verb(job_id, "resume")

    def retry(self, job_id: str) -> Job:
        """Queue a failed job again."""
        return self._verb(job_id, "retry")

    def cancel(self, job_id: str, *, rollback: bool = False) -> Job:
        """Cancel the job; with `rollback` what it has committed is taken back."""
        return self._verb(job_id, "cancel", mode="rollback" if rollback else "keep")

    def promote(self, job_id: str) -> Job:
        """Make what the job has staged the live index."""
        return self._verb(job_id, "promote")

    def discard(self, job_id: str) -> Job:
        """Drop what the job has staged."""
        return self._verb(job_id, "discard")

    def prioritise(self, job_id: str, priority: str) -> Job:
        """HIGH, NORMAL or LOW."""
        return Job.of(self._transport.post(f"{JOBS}/{job_id}/priority", {"priority": priority}))

    def bulk(self, verb: str, *, dry_run: bool = False, **what: Any) -> dict[str, Any]:
        """A verb for `ids`, or for all jobs that match `filter`; an answer for each job."""
        return self._transport.post(f"{JOBS}/bulk", {"verb": verb, "dryRun": dry_run} | what)

    def index(self, market: str, **query: Any) -> dict[str, Any]:
        """Published readings: definition, from, to, components, asOf; or those of a job: generation."""
        found: dict[str, Any] = self._transport.get(f"/api/index/{market}", **query)
        return found

    def generations(self, market: str, **query: Any) -> list[dict[str, Any]]:
        """What jobs staged or published of an index, the newest first: definition, limit."""
        found: list[dict[str, Any]] = self._transport.get(f"/api/index/{market}/generations", **query)["items"]
        return found

    def compare(self, market: str, **query: Any) -> dict[str, Any]:
        """An index beside another one: definition, asOf, generation; withDefinition, withAsOf or withGeneration."""
        found: dict[str, Any] = self._transport.get(f"/api/index/{market}/comparison", **query)
        return found

    def calendar(self, market: str, **query: Any) -> dict[str, Any]:
        """Which days of an index (definition) are missing, failed, stale, revised or verified, as runs and counts."""
        found: dict[str, Any] = self._transport.get(f"/api/index/{market}/calendar", **query)
        return found

    def wait(
        self, job_id: str, *, timeout: float | None = None, poll: float = 0.5, console: "Console | None" = None
    ) -> Job:
        """The job once it has completed, failed, or was cancelled or paused. A console shows its progress, as a bar on
        a terminal and as lines elsewhere. Raises WaitTimeout after `timeout` seconds; the job goes on.
        """
        return wait(lambda: self.job(job_id), timeout, poll, console)

    def _verb(self, job_id: str, verb: str, **params: Any) -> Job:
        return Job.of(self._transport.post(f"{JOBS}/{job_id}/{verb}", **params))


def _range(first: str, last: str) -> dict[str, str]:
    return {"startDate": first, "endDate": last}
