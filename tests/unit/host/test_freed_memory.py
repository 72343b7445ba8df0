"""What becomes of memory that a computation frees, in processes of their own."""

import ctypes
import subprocess
import sys

import pytest

ROUNDS = 5
PAGES_OF_A_ROUND = 10 * 3_000_000 // 4096
PROGRAM = f"""
import resource, sys
import numpy as np
from dart_batch.adapters.host.resources import HostResources

def work():
    return len([np.full(3_000_000, place, dtype=np.uint8) for place in range(10)])

def page_faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

resources = HostResources(list) if "keep" in sys.argv else None
work()
if "give-back" in sys.argv:
    resources.give_back()
before = page_faults()
for _ in range({ROUNDS}):
    work()
print(page_faults() - before)
"""


def page_faults(*what: str) -> int:
    """While the same memory is wanted and freed ROUNDS times, after it was once."""
    run = subprocess.run([sys.executable, "-c", PROGRAM, *what], capture_output=True, text=True, check=True)
    return int(run.stdout)


needs_glibc = pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="only glibc has mallopt")


@needs_glibc
def test_freed_memory_is_used_again_without_asking_the_system_for_it() -> None:
    assert page_faults("keep") < PAGES_OF_A_ROUND / 10
    assert page_faults() > PAGES_OF_A_ROUND * ROUNDS / 2


@needs_glibc
def test_memory_is_given_back_all_the_same_when_it_is_wanted_elsewhere() -> None:
    assert page_faults("keep", "give-back") > PAGES_OF_A_ROUND / 2
