"""Pages, the parts in which every kind of export is written. The worker processes one page at a time."""

from collections.abc import Iterator
from typing import NamedTuple, Self

import msgspec

MAX_PAGE_BYTES = 1024 * 1024
"""The maximum number of bytes in a page, unless a single step produces more bytes."""


class Page(NamedTuple):
    """A part of a file: the bytes, the number of rows in them, and the position in the file after this part."""

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
        """Return the position that the JSON text from `encode` describes. "" is the beginning of the file."""
        return msgspec.json.decode(text, type=cls) if text else cls()


class Insertion(NamedTuple):
    """Bytes that the assembly inserts at the offset `at` of the segment with the index `segment`.

    No worker that writes a segment can write these bytes.
    """

    segment: int
    at: int
    data: bytes


def gather(steps: Iterator[Page]) -> Iterator[Page]:
    """Yield the same bytes in fewer, larger pages. A page has at most `MAX_PAGE_BYTES`, unless one step has more."""
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
