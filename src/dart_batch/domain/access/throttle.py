"""How many logins may fail before the next one has to wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=15)
PER_PAIR, PER_ADDRESS, PER_ACCOUNT = 5, 30, 60


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed logins of one subject since the first of them."""

    count: int
    since: datetime

    def counts(self, now: datetime) -> bool:
        """Whether the window is still open."""
        return now < self.since + WINDOW


def limits(account: str, address: str) -> dict[str, int]:
    """The subjects of a login and how many failures each may have: the account from this address, the address with
    any account, and the account from anywhere. The last is wide, so that a stranger does not lock a user out at once.
    """
    name = account.strip().lower()
    return {
        f"pair {name} {address}": PER_PAIR,
        f"address {address}": PER_ADDRESS,
        f"account {name}": PER_ACCOUNT,
    }


def wait_seconds(known: Mapping[str, Failures], allowed: Mapping[str, int], now: datetime) -> int:
    """Seconds until a login may be tried; 0: now."""
    waits = [
        (failures.since + WINDOW - now).total_seconds()
        for subject, failures in known.items()
        if failures.counts(now) and failures.count >= allowed[subject]
    ]
    return int(max(waits, default=0.0)) + 1 if waits else 0
