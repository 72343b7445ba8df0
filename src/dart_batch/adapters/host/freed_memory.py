"""What becomes of memory that a computation frees."""

import ctypes

TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
KEPT_BYTES = 256 * 2**20
LARGEST_BLOCK = 32 * 2**20


def keep_freed_memory() -> None:
    """Lets the C library hand freed blocks of up to 32 MiB to the next array instead of giving them back to the system,
    as far as 256 MiB are free at the end of its heap, and all threads share one heap.

    Memory that comes from the system is cleared page by page when it is first touched, which took a fifth of a
    backfill's processor time. `Resources.give_back` still returns everything. Elsewhere than with glibc it does
    nothing.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is None:
        return
    for option, value in ((MMAP_THRESHOLD, LARGEST_BLOCK), (TRIM_THRESHOLD, KEPT_BYTES), (ARENA_MAX, 1)):
        set_option(option, value)
