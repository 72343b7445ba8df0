"""How the chunks of a job are driven."""

from enum import StrEnum


class Strategy(StrEnum):
    CHUNKED = "CHUNKED"
