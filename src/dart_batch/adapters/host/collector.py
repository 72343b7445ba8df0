"""Python's search for cycles of garbage."""

import gc

CONTAINERS = 50_000


def collect_rarely() -> None:
    """Search after every 50,000 new containers, not every 700.

    The 200,000 containers that importing makes all stay, and so do most of a run: searching them again and again was a
    sixth of the start of a worker.
    """
    gc.set_threshold(CONTAINERS, 20, 20)
