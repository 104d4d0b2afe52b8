"""The result and the measurements of one engine's export."""

from typing import NamedTuple

import msgspec


class Outcome(NamedTuple):
    """The file that an engine wrote."""

    rows: int
    bytes: int
    sha256: str


class Measured(msgspec.Struct):
    """The measurements of one export. `cpu_s` is the user and system time of all threads, and an MB is 10^6 bytes."""

    rows: int
    bytes: int
    sha256: str
    cpu_s: float
    wall_s: float
    peak_rss_mb: float
