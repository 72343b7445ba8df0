"""From checked lines to observations in the store's schema: moments filled in, columns unpivoted, doubles removed."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import polars as pl

from dart_batch.adapters.market_data.importers.cells import MOMENT
from dart_batch.adapters.market_data.importers.layouts import Layout
from dart_batch.adapters.market_data.importers.parsing import LABEL_OF, Lines
from dart_batch.application.ports.calendar import TradingCalendar
from dart_batch.application.ports.market_data import KEY_OF, SCHEMA_OF, VALUES_OF, Finding, Shape

FACTS = ("session", "known_at", "source")
LEANER: Mapping[pl.DataType, tuple[type[pl.DataType], ...]] = {
    pl.Float64(): (pl.Int32,),
    pl.String(): (pl.Enum,),
}
NO_COLUMN = " value"  # names of columns are stripped, so that none is called this
DAY, MIDNIGHT = timedelta(days=1), time(0)
EPOCH, MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def to_observations(
    lines: Lines, usable: pl.Series, layout: Layout, *, name: str, moments: pl.DataFrame
) -> pl.DataFrame:
    """Observations of the usable lines in the layout's schema or leaner types, in the order of the lines.

    `moments` has session, close_at for every session of the lines: what `known_at` is where the file gives none.
    `name` is put before the columns of an instrument (kospi -> kospi_close).
    """
    frame = lines.frame if usable.all() else lines.frame.filter(usable)
    known = frame.with_columns(pl.coalesce("known_at", _closes(frame["session"], moments)).alias("known_at"))
    if layout in LABEL_OF:
        rows = known.with_columns(pl.col("label").alias(LABEL_OF[layout]))
    else:
        rows = _unpivoted(known, lines.values, prefix=f"{name}_" if layout is Layout.INSTRUMENT else "")
    schema = SCHEMA_OF[layout.shape]
    return rows.select(_typed(column, rows.schema[column], dtype) for column, dtype in schema.items())


def moments_known(calendar: TradingCalendar, days: Sequence[date], lag: timedelta) -> pl.DataFrame:
    """session, close_at for each of the ascending days: the session's close in UTC plus the lag.

    Where no session was held it is the end of the local day.
    """
    low, high = calendar.bounds
    inside = [day for day in days if low <= day <= high]
    open_days = set(calendar.sessions(inside[0], inside[-1])) if inside else set()
    ends = (calendar.close_at(day) if day in open_days else calendar.local_time(day + DAY, MIDNIGHT) for day in days)
    moments = pl.Series("close_at", [(end + lag - EPOCH) // MICROSECOND for end in ends], dtype=pl.Int64)
    return pl.DataFrame([pl.Series("session", days, dtype=pl.Date), moments.cast(MOMENT)])


def without_doubles(shape: Shape, observations: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Equal rows once, contradicting ones not at all, and a finding for each kind.

    Rows are sorted by session, name, known_at; rows that stand in that order already are passed through.
    """
    key = list(KEY_OF[shape])
    if _ascending(observations, "session", key[0]):
        return observations, ()
    observations = observations.sort("session", key[0], "known_at", maintain_order=True)
    if not _repeats(observations, key):
        return observations, ()
    repeated = observations.select(key).is_duplicated()
    doubles = observations.filter(repeated)
    distinct = doubles.unique([*key, *VALUES_OF[shape]], maintain_order=True)
    contradicting = distinct.filter(distinct.select(key).is_duplicated())
    agreed = distinct.join(contradicting, on=key, how="anti", maintain_order="left")
    kept = pl.concat([observations.filter(~repeated), agreed]).sort("session", key[0], "known_at")
    surplus = doubles.join(agreed, on=key, how="semi").height - agreed.height
    return kept, (
        *_doubled("duplicate-row", "warning", "The same row more than once.", surplus, agreed.select(key)),
        *_doubled(
            "contradicting-row",
            "error",
            "Rows for the same day with different values; none of them can be stored.",
            contradicting.height,
            contradicting.select(*key, *VALUES_OF[shape]),
        ),
    )


def _repeats(observations: pl.DataFrame, key: Sequence[str]) -> bool:
    """Whether a key stands twice: in sorted rows the two are neighbours."""
    same = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in key)
    return bool(observations.select(same.any()).item())


def _ascending(rows: pl.DataFrame, outer: str, inner: str) -> bool:
    """Whether the pairs of the two columns ascend strictly, so that none stands twice."""
    before, now = rows.head(-1), rows.slice(1)
    stepped = now[outer] != before[outer]
    return rows[outer].is_sorted() and bool((stepped | (now[inner] > before[inner])).all(ignore_nulls=False))


def _closes(sessions: pl.Series, moments: pl.DataFrame) -> pl.Series:
    """close_at of each session: taken by place from a table of all days, ten times faster than a join."""
    days = moments["session"].to_physical().to_numpy()
    if not len(days):
        return pl.Series("close_at", [], dtype=MOMENT)
    table = np.zeros(int(days[-1] - days[0]) + 1, dtype=np.int64)
    table[days - days[0]] = moments["close_at"].to_physical().to_numpy()
    return pl.Series("close_at", table[sessions.to_physical().to_numpy() - days[0]]).cast(MOMENT)


def _typed(column: str, found: pl.DataType, wanted: pl.DataType) -> pl.Expr:
    return pl.col(column) if found in LEANER.get(wanted, ()) else pl.col(column).cast(wanted)


def _unpivoted(frame: pl.DataFrame, values: tuple[str, ...], *, prefix: str) -> pl.DataFrame:
    named = frame.select(*FACTS, *(pl.col(value).alias(f"{prefix}{value}") for value in values))
    rows = named.unpivot(index=FACTS, variable_name="series", value_name=NO_COLUMN).drop_nulls(NO_COLUMN)
    return rows.rename({NO_COLUMN: "value"})


def _doubled(code: str, severity: str, message: str, count: int, rows: pl.DataFrame) -> tuple[Finding, ...]:
    if not count:
        return ()
    shown = rows.drop("known_at").head(5)
    words = shown.select(pl.concat_str(pl.all().cast(pl.String), separator=" ")).to_series().to_list()
    return (Finding(code, severity, message, count, tuple(words)),)
