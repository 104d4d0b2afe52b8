"""Pages: the blocks of bytes that a worker writes to a file, one at a time."""

from collections.abc import Iterator
from typing import NamedTuple, Self

import msgspec

MAX_PAGE_BYTES = 1024 * 1024
"""The maximum size of a page that is combined from smaller pages."""


class Page(NamedTuple):
    """A block of a file's bytes, the number of rows in the block, and the position after the block."""

    data: bytes
    rows: int
    position: str


class Position(msgspec.Struct, array_like=True, frozen=True):
    """A position in a file, as stored in a checkpoint.

    Positions are stored as JSON, so that a new version of this product can resume an earlier version's exports.
    """

    def encode(self) -> str:
        """Return the position as compact JSON."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Parse a position that `encode` returned. "" is the beginning of the file."""
        return msgspec.json.decode(text, type=cls) if text else cls()


class Insertion(NamedTuple):
    """Bytes to insert at offset `at` in the segment at index `segment` when the file is assembled.

    The segment's worker can't write these bytes, because they depend on the earlier segments.
    """

    segment: int
    at: int
    data: bytes


def gather(steps: Iterator[Page]) -> Iterator[Page]:
    """Combine small pages into pages of up to `MAX_PAGE_BYTES`. A page that is already larger isn't split."""
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
