"""What a way of exporting gives back, and what of it is measured."""

from typing import NamedTuple

import msgspec


class Outcome(NamedTuple):
    """The file that was written."""

    rows: int
    bytes: int
    sha256: str


class Measured(msgspec.Struct):
    """One export, and what it took: processor seconds (user and system, all threads), seconds, and MB (10^6 bytes)."""

    rows: int
    bytes: int
    sha256: str
    cpu_s: float
    wall_s: float
    peak_rss_mb: float
