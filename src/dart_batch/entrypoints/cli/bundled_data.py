"""Brings the bundled US history into an observation store that has none."""

from dart_batch.adapters.market_data.bundled_data import BUNDLED_MARKET, bundled_us
from dart_batch.application.ports.market_data import ImportOrder
from dart_batch.bootstrap import App
from dart_batch.entrypoints.cli.console import err


def ensure_bundled_data(app: App) -> None:
    """Import the bundled file unless the market has observations already, bundled or the user's own."""
    if app.market_data.revision(BUNDLED_MARKET):
        return
    plans = app.import_observations.plan([ImportOrder(bundled_us(), app.clock.now(), BUNDLED_MARKET, "series")])
    app.import_observations(plans, accept_warnings=False)
    rows = sum(plan.new_rows for plan in plans)
    err().print(f"Bundled data: {rows:,} observations of market {BUNDLED_MARKET} imported.")
