"""What a file holds, told from its column names and its own name."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dart_batch.application.ports.market_data import FileNotUsable, Shape

BARS = ("open", "high", "low", "close", "volume")
INSTRUMENT = (*BARS, "amount")
RESERVED = ("date", "known_at", "source")
QUOTES_COLUMNS = ("date", "ticker", *BARS)
LONG_COLUMNS = ("date", "series", "value")
ALIASES = {
    "session": "date",
    "day": "date",
    "일자": "date",
    "날짜": "date",
    "symbol": "ticker",
    "code": "ticker",
    "종목코드": "ticker",
    "단축코드": "ticker",
    "시가": "open",
    "고가": "high",
    "저가": "low",
    "종가": "close",
    "거래량": "volume",
    "거래대금": "amount",
}


class Layout(StrEnum):
    """The four ways a file can hold observations."""

    QUOTES = "quotes"
    LONG = "long"
    WIDE = "wide"
    INSTRUMENT = "instrument"

    @property
    def shape(self) -> Shape:
        """The shape in which the observations are stored."""
        return "quotes" if self is Layout.QUOTES else "series"


@dataclass(frozen=True, slots=True)
class Detected:
    """What can be told of a file before reading it. `name` is what an instrument's series would be called after."""

    layout: Layout
    market: str | None
    name: str

    @property
    def shape(self) -> Shape:
        """The shape in which the observations would be stored."""
        return self.layout.shape


def canonical_names(columns: Iterable[str]) -> dict[str, str]:
    """From each column's name to the one used here. Case matters only for names that are series of their own."""
    known = {*RESERVED, *INSTRUMENT, "ticker", "series", "value"}
    folded = {column: ALIASES.get(column.strip().lower(), column.strip().lower()) for column in columns}
    return {column: name if name in known else column.strip() for column, name in folded.items()}


def layout_of(path: Path, columns: Collection[str], shape: Shape | None) -> Layout:
    """The layout of a file with these canonical columns, asked to be read as `shape`.

    One instrument's bars without a ticker are series whatever was asked. Raises FileNotUsable, naming the columns
    that are missing.
    """
    layout = _look(set(columns))
    if shape is not None and layout.shape != shape and layout is not Layout.INSTRUMENT:
        layout = Layout.QUOTES if shape == "quotes" else Layout.LONG
    needed = {Layout.QUOTES: QUOTES_COLUMNS, Layout.LONG: LONG_COLUMNS}.get(layout, ("date",))
    missing = [column for column in needed if column not in columns]
    if not missing and layout is Layout.WIDE and set(columns) <= set(RESERVED):
        missing = ["of any series"]
    if missing:
        raise FileNotUsable(
            f"{path} has no column {', '.join(missing)}; read as {layout}, it has {', '.join(columns)}.",
            path=path,
            missing=missing,
        )
    return layout


def market_of(path: Path, markets: Iterable[str]) -> str | None:
    """The market that the file's name, or else its folder's, contains as a word; None without one."""
    known = set(markets)
    for part in (path.name.partition(".")[0], path.absolute().parent.name):
        words = [word for word in re.split(r"[^A-Z0-9]+", part.upper()) if word in known]
        if words:
            return words[0]
    return None


def instrument_name(path: Path) -> str:
    """What an instrument is called after its file: `index_kospi.parquet` -> `kospi`."""
    return path.name.partition(".")[0].lower().removeprefix("index_")


def _look(columns: set[str]) -> Layout:
    if "ticker" in columns:
        return Layout.QUOTES
    if "series" in columns:
        return Layout.LONG
    own = columns - set(RESERVED)
    if set(BARS[:4]) <= own or ("close" in own and own <= set(INSTRUMENT)):
        return Layout.INSTRUMENT
    return Layout.WIDE
