"""Pages: what every kind of export is written as, and what the worker takes one by one."""

from collections.abc import Iterator
from typing import NamedTuple

PAGE_BYTES = 1024 * 1024
"""Bytes that a page has at the most, but where a single step of the file has more."""


class Page(NamedTuple):
    """Some bytes of a file, the rows that are in them, and the position in the export's order that they reach."""

    data: bytes
    rows: int
    position: str


class UnreadableDataError(Exception):
    """Something in the tables or the images bucket that is not as it should be; the message says what and why."""


def gather(steps: Iterator[Page]) -> Iterator[Page]:
    """Merge small neighbours, so that the worker has fewer and larger pages to deal with. The bytes stay the same."""
    data: list[bytes] = []
    size = rows = 0
    position = ""
    for step in steps:
        if data and size + len(step.data) > PAGE_BYTES:
            yield Page(b"".join(data), rows, position)
            data, size, rows = [], 0, 0
        data.append(step.data)
        size += len(step.data)
        rows += step.rows
        position = step.position
    if data:
        yield Page(b"".join(data), rows, position)
