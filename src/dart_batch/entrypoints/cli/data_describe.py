"""Shows what the observation store holds."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from dart_batch.application.ports.market_data import NoSuchSeries
from dart_batch.bootstrap import App
from dart_batch.entrypoints.cli.console import err, out, print_json
from dart_batch.entrypoints.cli.terminal_chart import blocks

if TYPE_CHECKING:
    from rich.table import Table

EMPTY = "No observations yet. Bring some in: dart-batch data import FILE --market KOSPI --as quotes"
NARROWEST_STRIP, WIDEST_STRIP = 20, 72


def describe_store(app: App, market: str | None, *, as_json: bool) -> None:
    """Coverage of one market, or of all that have observations. Raises UnknownMarket."""
    markets = [app.calendars.of(market).market] if market else app.market_data.markets()
    coverage = {name: app.market_data.coverage(name) for name in markets}
    if as_json:
        print_json({"markets": [_document(app, name, frame) for name, frame in coverage.items()]})
        return
    held = {name: frame for name, frame in coverage.items() if frame.height}
    for name, frame in held.items():
        out().print(_coverage_table(name, frame))
        _print_strips(frame, app.market_data.coverage_by_month(name))
    if not held:
        err().print(EMPTY)


def draw_coverage(app: App, market: str | None, output: Path) -> None:
    """Draw one market's coverage into a picture; without a name, the only market there is.

    Raises UnknownMarket, NoSuchSeries when nothing is stored or the market is not clear, UnknownPictureFormat,
    FileNotWritable.
    """
    from dart_batch.adapters.reporting.coverage_chart import coverage_figure
    from dart_batch.adapters.reporting.figure_file import picture_format, save_figure

    picture_format(output)
    name = app.calendars.of(market).market if market else _only_market(app)
    coverage = app.market_data.coverage(name)
    if coverage.is_empty():
        raise NoSuchSeries(f"Market {name} has no observations yet.", hint=EMPTY)
    save_figure(coverage_figure(name, coverage, app.market_data.coverage_by_month(name)), output)
    err().print(f"Drew the coverage of {name} into {output}.", markup=False, soft_wrap=True)


def list_markets(app: App, *, as_json: bool) -> None:
    """All markets with a calendar, and for those with observations how many series, from when to when."""
    held = set(app.market_data.markets())
    rows = [_market(app, name, held) for name in app.calendars.markets()]
    if as_json:
        print_json({"markets": rows})
        return
    from rich.table import Table

    table = Table("market", "calendar", "series", "observed", "batches")
    for row in rows:
        span = f"{row['first']} - {row['last']}" if row["first"] else "nothing yet"
        table.add_row(row["market"], row["calendar"], str(row["series"] or "-"), span, str(row["revision"] or "-"))
    out().print(table)


def _only_market(app: App) -> str:
    held = app.market_data.markets()
    if len(held) != 1:
        known = f"Name one of them with --market: {', '.join(held)}." if held else EMPTY
        raise NoSuchSeries("A picture shows one market.", hint=known)
    return held[0]


def _market(app: App, name: str, held: set[str]) -> dict[str, Any]:
    coverage = app.market_data.coverage(name) if name in held else pl.DataFrame({"first": [], "last": []})
    return {
        "market": name,
        "calendar": app.calendars.of(name).name,
        "series": coverage.height,
        "first": coverage["first"].min(),
        "last": coverage["last"].max(),
        "revision": app.market_data.revision(name),
    }


def _document(app: App, market: str, coverage: pl.DataFrame) -> dict[str, Any]:
    return {"market": market, "revision": app.market_data.revision(market), "series": coverage.to_dicts()}


def _coverage_table(market: str, coverage: pl.DataFrame) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"{market}: {coverage.height} series", title_justify="left")
    for heading in ("name", "as", "first", "last"):
        table.add_column(heading, no_wrap=True)
    for heading in ("rows", "missing", "corrections"):
        table.add_column(heading, justify="right")
    table.add_column("sources", overflow="ellipsis", no_wrap=True, ratio=1)
    for row in coverage.iter_rows(named=True):
        days = [str(row["first"]), str(row["last"])]
        counts = [f"{row[key]:,}" if row[key] else "-" for key in ("rows", "missing", "corrections")]
        table.add_row(Text(row["name"]), row["shape"], *days, *counts, Text(_sources(row["sources"])))
    return table


def _sources(sources: list[str]) -> str:
    more = f" and {len(sources) - 1} more" if len(sources) > 1 else ""
    return sources[0] + more


def _print_strips(coverage: pl.DataFrame, months: pl.DataFrame) -> None:
    names = coverage["name"].to_list()
    label = max(map(len, names))
    width = max(NARROWEST_STRIP, min(WIDEST_STRIP, out().width - label - 3))
    first, strips = strips_by_name(months, width)
    last = coverage["last"].max()
    out().print(f"{'':{label}}  {first:%Y-%m}{str(last)[:7]:>{width - 7}}", style="dim", markup=False)
    for name in names:
        out().print(f"{name:{label}}  {strips[name]}", markup=False, no_wrap=True)
    out().print(f"{'':{label}}  full block: every session, · none inside the span", style="dim", markup=False)


def strips_by_name(months: pl.DataFrame, width: int) -> tuple[Any, dict[str, str]]:
    """First month of MONTH_SCHEMA rows, and per name a strip of `width` blocks over the whole span of all names.

    A block's height is the share of its sessions that have an observation; `·` where none has one although the name
    began before and goes on later, blank outside of the name's own span.
    """
    number = pl.col("month").dt.year() * 12 + pl.col("month").dt.month()
    placed = months.with_columns(at=(number - number.min()).cast(pl.Int64))
    span = int(placed["at"].max()) + 1  # type: ignore[arg-type]
    return months["month"].min(), {
        str(name): _strip(part["at"].to_numpy(), part["present"].to_numpy(), part["sessions"].to_numpy(), span, width)
        for (name,), part in placed.group_by("name")
    }


def _strip(at: Any, present: Any, sessions: Any, span: int, width: int) -> str:
    cells = np.arange(width)
    held, possible = np.zeros(span), np.zeros(span)
    held[at], possible[at] = present, sessions
    starts = cells * span // width
    stops = np.maximum((cells + 1) * span // width, starts + 1)
    sums = [(held[a:b].sum(), possible[a:b].sum()) for a, b in zip(starts, stops, strict=True)]
    drawn = blocks([have / of if of else np.nan for have, of in sums])
    return "".join("·" if of and not have else block for block, (have, of) in zip(drawn, sums, strict=True))
