"""The result of an export by one engine, and its measurements."""

from typing import NamedTuple

import msgspec


class Outcome(NamedTuple):
    """The written file."""

    rows: int
    bytes: int
    sha256: str


class Measured(msgspec.Struct):
    """One export: its processor seconds (user and system, all threads), elapsed seconds, and MB (10^6 bytes)."""

    rows: int
    bytes: int
    sha256: str
    cpu_s: float
    wall_s: float
    peak_rss_mb: float
