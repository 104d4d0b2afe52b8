"""Pages: every kind of export is written page by page, and the worker processes the pages one at a time."""

from collections.abc import Iterator
from typing import NamedTuple, Self

import msgspec

MAX_PAGE_BYTES = 1024 * 1024
"""The maximum size of a page, unless a single step produces more."""


class Page(NamedTuple):
    """A part of a file: its bytes, its number of rows, and the position in the file after it."""

    data: bytes
    rows: int
    position: str


class Position(msgspec.Struct, array_like=True, frozen=True):
    """The progress of a file, stored as JSON so that a new version can resume the exports of earlier versions."""

    def encode(self) -> str:
        """Return the position as JSON text, without spaces."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read a position. "" is the beginning of the file."""
        return msgspec.json.decode(text, type=cls) if text else cls()


class Insertion(NamedTuple):
    """Bytes that the assembly inserts at the offset `at` of a segment, because no segment's worker could write them."""

    segment: int
    at: int
    data: bytes


def gather(steps: Iterator[Page]) -> Iterator[Page]:
    """Merge small pages so that the worker processes fewer, larger ones. The bytes don't change."""
    data: list[bytes] = []
    size = rows = 0
    position = ""
    for step in steps:
        if data and size + len(step.data) > MAX_PAGE_BYTES:
            yield Page(b"".join(data), rows, position)
            data, size, rows = [], 0, 0
        data.append(step.data)
        size += len(step.data)
        rows += step.rows
        position = step.position
    if data:
        yield Page(b"".join(data), rows, position)
