"""The operations a formula may use: operands, parameters, how many rows back each one reaches, and what it computes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dart_batch.engine import windows
from dart_batch.engine.windows import F64

Parameters = Mapping[str, float]
Kernel = Callable[[Sequence[F64], Parameters, float], F64]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number after the operands. `least` is its smallest value; whole numbers are windows, in rows."""

    name: str
    least: float
    whole: bool = True
    default: Callable[[Parameters], float] | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """`reach` gives the rows before the current one that the operation looks at, for its parameters."""

    name: str
    operands: int
    kernel: Kernel
    parameters: tuple[Parameter, ...] = ()
    reach: Callable[[Parameters], int] = lambda _: 0

    @property
    def signature(self) -> str:
        """How it is written in a formula."""
        optional = {p.name: f"[{p.name}]" if p.default else p.name for p in self.parameters}
        return f"{self.name}({', '.join(['x', 'y'][: self.operands] + [optional[p.name] for p in self.parameters])})"


def _window(name: str = "window", least: int = 2) -> Parameter:
    return Parameter(name, least)


def _windowed(name: str, kernel: Callable[[F64, int, float], F64], shorter_by: int = 1) -> Operation:
    def run(operands: Sequence[F64], parameters: Parameters, fill: float) -> F64:
        return kernel(operands[0], int(parameters["window"]), fill)

    return Operation(name, 1, run, (_window(),), lambda p: int(p["window"]) - shorter_by)


def _elementwise(name: str, operands: int, kernel: Callable[..., F64]) -> Operation:
    return Operation(name, operands, lambda columns, _parameters, _fill: kernel(*columns))


def _lagged(name: str, kernel: Callable[[F64, F64], F64]) -> Operation:
    def run(operands: Sequence[F64], parameters: Parameters, _fill: float) -> F64:
        return kernel(operands[0], windows.lag(operands[0], int(parameters["rows"])))

    return Operation(name, 1, run, (_window("rows", 1),), lambda p: int(p["rows"]))


def _where_positive(function: Callable[[F64], F64]) -> Callable[[F64], F64]:
    return lambda column: function(np.where(column > 0.0, column, np.nan))


def _ema(operands: Sequence[F64], parameters: Parameters, fill: float) -> F64:
    return windows.ema(operands[0], int(parameters["span"]), int(parameters["rows"]), fill)


def _bond_return(operands: Sequence[F64], parameters: Parameters, _fill: float) -> F64:
    """-duration x yield change + carry: the yield of `rows` sessions ago earned over rows/252 of a year."""
    rows, duration = int(parameters["rows"]), parameters["duration"]
    before = windows.lag(operands[0], rows)
    return (before * (rows / 252.0) - duration * (operands[0] - before)) / 100.0


_ALL = (
    _elementwise("add", 2, np.add),
    _elementwise("subtract", 2, np.subtract),
    _elementwise("multiply", 2, np.multiply),
    _elementwise("divide", 2, windows.divide),
    _elementwise("positive", 1, lambda x: np.maximum(x, 0.0)),
    _elementwise("negative", 1, lambda x: np.minimum(x, 0.0)),
    _elementwise("log", 1, _where_positive(np.log)),
    _elementwise("sqrt", 1, lambda x: np.sqrt(np.where(x >= 0.0, x, np.nan))),
    _lagged("lag", lambda _now, before: before),
    _lagged("difference", np.subtract),
    _lagged("change", lambda now, before: windows.divide(now, before) - 1.0),
    _lagged("log_change", lambda now, before: _where_positive(np.log)(windows.divide(now, before))),
    _windowed("sum", windows.window_sum),
    _windowed("mean", windows.mean),
    _windowed("std", windows.standard_deviation),
    _windowed("zscore", windows.zscore),
    _windowed("summation_gap", windows.summation_gap, shorter_by=2),
    _windowed("compound", windows.compound),
    _windowed("compound_gap", windows.compound_gap, shorter_by=2),
    Operation(
        "ema",
        1,
        _ema,
        (_window("span"), Parameter("rows", 2, default=lambda p: windows.default_ema_rows(int(p["span"])))),
        lambda p: int(p["rows"]) - 1,
    ),
    Operation(
        "bond_return",
        1,
        _bond_return,
        (_window("rows", 1), Parameter("duration", 0.0, whole=False)),
        lambda p: int(p["rows"]),
    ),
)
OPERATIONS = {operation.name: operation for operation in _ALL}
