"""128-bit fingerprints of the observations a reading was computed from.

Each observation is mixed (splitmix64, Steele et al. 2014) into two 64-bit lanes. A set of observations is the
wraparound sum of its members, so a window's fingerprint is the difference of two prefix sums. It depends only on names,
sessions, bits of values and the moments they were known: not on the process, the platform or a library's version.
"""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from dart_batch.engine.axis import Int64
from dart_batch.engine.windows import F64

U64 = npt.NDArray[np.uint64]
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
SECOND_LANE = np.uint64(0xD1B54A32D192ED03)
DAY_FACTOR = np.uint64(0xD6E8FEB86659FD93)
MOMENT_FACTOR = np.uint64(0xA0761D6478BD642F)
VALUE_FACTOR = np.uint64(0xE7037ED1A0B428DB)
VOLUME_FACTOR = np.uint64(0x8EBC6AF09C88C6E3)
_STEPS = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))
_LAST = np.uint64(31)


def mix(state: U64) -> U64:
    """splitmix64 of every element."""
    mixed = state + GOLDEN
    for shift, factor in _STEPS:
        mixed ^= mixed >> shift
        mixed *= factor
    mixed ^= mixed >> _LAST
    return mixed


def seeds(names: Sequence[str]) -> U64:
    """A 64-bit number per name (BLAKE2b)."""
    digests = b"".join(hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)


def observation_lanes(seed: U64, days: Int64, value: F64, known_at: Int64, volume: Int64 | None = None) -> U64:
    """Two lanes per observation, shape (2, ...); all arguments broadcast against `value`."""
    when = days.astype(np.uint64) * DAY_FACTOR + known_at.astype(np.uint64) * MOMENT_FACTOR
    state = np.ascontiguousarray(value).view(np.uint64) * VALUE_FACTOR
    state += seed + when
    if volume is not None:
        state ^= volume.astype(np.uint64) * VOLUME_FACTOR
    lanes = np.empty((2, *state.shape), dtype=np.uint64)
    lanes[0] = mix(state)
    lanes[1] = mix(lanes[0] ^ SECOND_LANE)
    return lanes


def window_lanes(lanes: U64, start: Int64, stop: Int64) -> U64:
    """Sums of the rows [start, stop), shape (2, len(start)); `lanes` has shape (2, rows)."""
    prefix = np.zeros((2, lanes.shape[1] + 1), dtype=np.uint64)
    np.cumsum(lanes, axis=1, out=prefix[:, 1:])
    sums: U64 = prefix[:, stop] - prefix[:, start]
    return sums


def combine(scoring_hash: str, days: Int64, inputs: Mapping[str, U64]) -> list[str]:
    """Input hash (32 hex) per session from what scores it, the session and its inputs' window lanes."""
    state = mix(seeds([scoring_hash, scoring_hash[::-1]])[:, None] ^ (days.astype(np.uint64) * GOLDEN))
    for name in sorted(inputs):
        state = mix(state ^ inputs[name] ^ seeds([name]))
    return hexadecimal(state)


def hexadecimal(lanes: U64) -> list[str]:
    """32 hex characters per column of a (2, n) array."""
    digits = lanes.T.astype(">u8").tobytes().hex()
    texts: list[str] = np.frombuffer(digits.encode(), dtype="S32").astype("U32").tolist()
    return texts
