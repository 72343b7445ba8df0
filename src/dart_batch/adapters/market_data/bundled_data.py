"""The observations that come with the product: US markets 1990-2022, see NOTICE for where they are from."""

from pathlib import Path

BUNDLED_MARKET = "US"


def bundled_us() -> Path:
    """A Parquet file of long series (series, date, value, source) for the market US, ready to be imported.

    Series: spx_close 1990-2022; spx_high spx_low spx_volume 1999-2018; vix 2014-2018; us3m us2y us10y to 2017-03 (per
    cent); moody_aaa moody_baa credit_spread to 2019-03 (per cent); advances declines new_highs new_lows of 20 large
    stocks; etf_usmv etf_mtum from 2014; wti to 2019-01 (dollars a barrel).
    """
    return Path(__file__).parent / "bundled" / "us.parquet"
