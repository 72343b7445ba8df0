"""From checked lines to observations in the store's schema: moments filled in, columns unpivoted, doubles removed."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import polars as pl

from dart_batch.adapters.market_data.importers.cells import MOMENT
from dart_batch.adapters.market_data.importers.layouts import Layout
from dart_batch.adapters.market_data.importers.parsing import LABEL_OF, Lines
from dart_batch.application.ports.calendar import TradingCalendar
from dart_batch.application.ports.market_data import KEY_OF, SCHEMA_OF, VALUES_OF, Finding, Shape

FACTS = ("session", "known_at", "source")


def to_observations(
    lines: Lines, usable: pl.Series, layout: Layout, *, name: str, moments: pl.DataFrame
) -> pl.DataFrame:
    """Observations of the usable lines in the layout's schema, sorted by session and label.

    `moments` has session, close_at: what `known_at` is where the file gives none. `name` is put before the columns of
    an instrument (kospi -> kospi_close).
    """
    frame = lines.frame.filter(usable).join(moments, on="session", how="left", maintain_order="left")
    known = frame.with_columns(pl.coalesce("known_at", "close_at").alias("known_at"))
    if layout in LABEL_OF:
        rows = known.with_columns(pl.col("label").alias(LABEL_OF[layout]))
    else:
        rows = _unpivoted(known, lines.values, prefix=f"{name}_" if layout is Layout.INSTRUMENT else "")
    schema = SCHEMA_OF[layout.shape]
    typed = rows.select(pl.col(column).cast(dtype) for column, dtype in schema.items())
    return typed.sort("session", KEY_OF[layout.shape][0], "known_at", maintain_order=True)


def moments_known(calendar: TradingCalendar, days: Sequence[date], lag: timedelta) -> pl.DataFrame:
    """session, close_at for each day: the close in UTC plus the lag; the end of the local day where none was held."""
    moments = [_end_of(calendar, day) + lag for day in days]
    return pl.DataFrame({"session": days, "close_at": moments}, schema={"session": pl.Date(), "close_at": MOMENT})


def without_doubles(shape: Shape, observations: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Finding, ...]]:
    """Equal rows once, contradicting ones not at all, and a finding for each kind; rows sorted by session and name."""
    key = list(KEY_OF[shape])
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


def _end_of(calendar: TradingCalendar, day: date) -> datetime:
    low, high = calendar.bounds
    if low <= day <= high and calendar.is_session(day):
        return calendar.close_at(day)
    return calendar.local_time(day + timedelta(days=1), time(0))


def _unpivoted(frame: pl.DataFrame, values: tuple[str, ...], *, prefix: str) -> pl.DataFrame:
    named = frame.select(*FACTS, *(pl.col(value).alias(f"{prefix}{value}") for value in values))
    return named.unpivot(index=FACTS, variable_name="series", value_name="value").drop_nulls("value")


def _doubled(code: str, severity: str, message: str, count: int, rows: pl.DataFrame) -> tuple[Finding, ...]:
    if not count:
        return ()
    shown = rows.drop("known_at").head(5)
    words = shown.select(pl.concat_str(pl.all().cast(pl.String), separator=" ")).to_series().to_list()
    return (Finding(code, severity, message, count, tuple(words)),)
