"""How the chunks of a job are driven."""

from enum import StrEnum


class Strategy(StrEnum):
    """All give the same readings, to the byte.

    CHUNKED: chunk after chunk, the least work. STREAM: session after session, the shortest way to the first reading.
    PARALLEL: chunks computed by several processes, committed in order.
    """

    CHUNKED = "CHUNKED"
    STREAM = "STREAM"
    PARALLEL = "PARALLEL"
