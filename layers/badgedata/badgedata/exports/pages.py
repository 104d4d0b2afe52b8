"""Pages: every kind of export is written page by page, and the worker processes the pages one at a time."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Self

import msgspec

from badgedata.exports.columns import Column, Value
from badgedata.exports.csv_encoding import CsvStyle, encode_header, row_encoder

MAX_PAGE_BYTES = 1024 * 1024
"""The maximum size of a page, unless a single step produces more."""

MIN_CSV_PAGE_BYTES = 256 * 1024
"""The minimum size of a page in a CSV file that is read from the Directory table, except for the last page."""


class Page(NamedTuple):
    """Bytes of a file, their number of rows, and the position in the file after them."""

    data: bytes
    rows: int
    position: str


class Position(msgspec.Struct, array_like=True, frozen=True):
    """The progress of a file, stored as JSON so that a new version can resume the exports of earlier versions."""

    def encode(self) -> str:
        """Return the position as text."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def decode(cls, text: str) -> Self:
        """Read a position. "" is the beginning of the file."""
        return msgspec.json.decode(text, type=cls) if text else cls()


class Insertion(NamedTuple):
    """Bytes that belong at the offset `at` of a segment and that no segment's worker could write."""

    segment: int
    at: int
    data: bytes


class TablePosition(Position, frozen=True):
    """The progress of a table: everything before `group` or `learner`, and the first `rows` rows of that one.

    In a badge class table, `group` is the last badge class written.
    """

    group: str = ""
    learner: str = ""
    rows: int = 0
    issuer: str = ""


type Row = Sequence[Value]
"""The values of the cells in a row, as stored."""

type Rows = Iterator[tuple[TablePosition, Row]]
"""Rows, each with the position in the file after it."""


class Table(NamedTuple):
    """The rows of a file that is read from the Directory table.

    Parameters
    ----------
    columns
        The columns of the file.
    rows_after
        Returns all rows after a position, in file order.
    count_rows
        Returns the number of rows that the file will have.
    """

    columns: Sequence[Column]
    rows_after: Callable[[TablePosition], Rows]
    count_rows: Callable[[], int]


def csv_pages(table: Table, style: CsvStyle, after: str) -> Iterator[Page]:
    """Write a table as CSV from the position `after` ("" for the beginning, which is the header).

    Another worker can resume after any row.
    """
    data = [] if after else [encode_header(table.columns, style)]
    encode = row_encoder(table.columns, style)
    size = rows = 0
    position = begin = TablePosition.decode(after)
    for position, row in table.rows_after(begin):
        data.append(encode(row))
        size += len(data[-1])
        rows += 1
        if size >= MIN_CSV_PAGE_BYTES:
            yield Page(b"".join(data), rows, position.encode())
            data, size, rows = [], 0, 0
    if data:
        yield Page(b"".join(data), rows, position.encode())


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
