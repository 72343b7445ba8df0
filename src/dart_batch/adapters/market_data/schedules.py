"""Session lists and closing times out of exchange-calendars, kept in a small file between processes.

Building XKRX takes seconds (it walks the lunar calendar of two centuries), reading it back takes milliseconds.
"""

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Days = NDArray[np.datetime64]

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Schedule:
    """Sessions, ascending, and the close of each as seconds since 1970-01-01 UTC."""

    sessions: tuple[date, ...]
    closes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScheduleRequest:
    """What to build: a calendar of the library, its bounds, and days it lists that were no sessions."""

    calendar: str
    first: date
    last: date
    closed: tuple[date, ...] = ()

    def cache_name(self) -> str:
        """File name that changes whenever the answer could."""
        facts = [FORMAT, version("exchange-calendars"), str(self.first), str(self.last), *map(str, self.closed)]
        digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
        return f"{self.calendar}-{digest}.json"


def cached_schedule(
    request: ScheduleRequest, folder: Path | None, build: Callable[[ScheduleRequest], Schedule] | None = None
) -> Schedule:
    """The schedule from the cache folder, or built and left there. `None` or an unusable folder builds every time."""
    build = build or build_schedule
    if folder is None:
        return build(request)
    path = folder / request.cache_name()
    schedule = _read(path)
    if schedule is None:
        schedule = build(request)
        with contextlib.suppress(OSError):
            _write(path, schedule)
    return schedule


def build_schedule(request: ScheduleRequest) -> Schedule:
    """Sessions of the library inside the bounds, with lost Saturdays restored and the closed days removed."""
    import numpy as np  # noqa: PLC0415
    from exchange_calendars import get_calendar  # noqa: PLC0415

    calendar: Any = get_calendar(request.calendar, start=str(request.first), end=str(request.last))
    listed = calendar.sessions.to_numpy().astype("datetime64[D]")
    closes = calendar.closes_nanos // 1_000_000_000
    extra = np.setdiff1d(_special_weekdays(calendar, request), listed)
    days = np.concatenate([listed, extra])
    seconds = np.concatenate([closes, _standard_closes(calendar, extra)])
    kept = ~np.isin(days, np.array(request.closed, dtype="datetime64[D]"))
    order = np.argsort(days[kept])
    return Schedule(tuple(days[kept][order].tolist()), tuple(seconds[kept][order].tolist()))


def _special_weekdays(calendar: Any, request: ScheduleRequest) -> "Days":
    """Sessions by the calendar's own dated week masks, which the library drops when it runs on pandas 3."""
    import numpy as np  # noqa: PLC0415

    found = [np.array([], dtype="datetime64[D]")]
    for start, end, mask in getattr(calendar, "special_weekmasks", []):
        first = np.datetime64(max(request.first, start.date()) if start is not None else request.first)
        last = np.datetime64(min(request.last, end.date()) if end is not None else request.last)
        days = np.arange(first, last + 1)
        found.append(days[np.is_busday(days, weekmask=mask, holidays=calendar.day.holidays)])
    return np.concatenate(found)


def _standard_closes(calendar: Any, days: "Days") -> "NDArray[np.int64]":
    """Closing seconds (UTC) of days by the calendar's table of standard closing times."""
    import numpy as np  # noqa: PLC0415

    table = [(date.min if since is None else since.date(), at) for since, at in calendar.close_times]
    moments = [
        datetime.combine(day, max(row for row in table if row[0] <= day)[1], calendar.tz).timestamp()
        for day in days.tolist()
    ]
    return np.array(moments, dtype=np.int64)


def _read(path: Path) -> Schedule | None:
    try:
        content = json.loads(path.read_text(encoding="ascii"))
        sessions = tuple(map(date.fromordinal, content["sessions"]))
        closes = tuple(map(int, content["closes"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Schedule(sessions, closes) if len(sessions) == len(closes) else None


def _write(path: Path, schedule: Schedule) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"sessions": [day.toordinal() for day in schedule.sessions], "closes": list(schedule.closes)}
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump(content, file, separators=(",", ":"))
    Path(name).replace(path)
