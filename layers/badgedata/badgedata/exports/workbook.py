"""An XLSX workbook, written as a stream of units.

A unit contains up to `MAX_UNIT_ROWS` rows and is deflated separately. A sheet ends after the unit that reaches
`SHEET_ROWS` rows or `SHEET_BYTES` bytes. The same rows and units therefore always produce the same file, for any
number of workers.

The worker that writes the first segment also writes the beginnings and ends of sheets. Other workers don't know the
row numbers. They write only units, and list these units in their positions. If sheets begin or end in their segments,
these beginnings and ends are inserted when the file is assembled.
"""

import struct
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace
from zlib_ng import zlib_ng

from badgedata.exports.columns import Column
from badgedata.exports.pages import Insertion, Page, Position
from badgedata.exports.workbook_parts import (
    FIXED_PARTS,
    CellRange,
    last_parts,
    sheet_beginning,
    sheet_ending,
    sheet_part_name,
)
from badgedata.exports.zip_file import (
    FINAL_EMPTY_BLOCK,
    Member,
    central_directory,
    data_descriptor,
    deflated,
    local_header,
    unit_compressor,
)

LEVEL = 1
"""The zlib-ng level for rows. It takes half as long as level 3. Files are 18% larger, but still smaller than files from
other libraries (`make bench`)."""

MAX_SHEET_ROWS: Final = 1_048_576
"""The maximum number of rows in a sheet, including its header (Microsoft, "Excel specifications and limits")."""

MAX_UNIT_ROWS = 48_000
"""The maximum number of rows in a unit. A sheet is full when another unit of this size might not fit."""

SHEET_ROWS = 1_000_000
"""The number of rows at which a sheet is full, because another unit might not fit."""

SHEET_BYTES = 4_000_000_000
"""The number of XML bytes at which a sheet is full. At 4 GiB, the sheet would need ZIP64, which some programs can't
read."""

MAX_UNIT_BYTES = 32 * 1024 * 1024
"""The number of XML bytes at which a unit is full. This limits the memory that a worker needs."""


class UnitEnd(NamedTuple):
    """The end of a unit within a batch.

    `rows` is the number of rows in the batch up to the end of the unit. `position` is the corresponding position in the
    data source.
    """

    rows: int
    position: str


class Rows(NamedTuple):
    """A batch of consecutive rows.

    Parameters
    ----------
    rows
        The rows as XML.
    position_after
        A function that returns the position in the data source after a given number of the batch's rows.
    ends
        The ends of units within the batch, in order. A unit that would become too large ends earlier.
    cut
        The number of truncated cells in each row, keyed by row index. Rows without truncated cells are omitted.
    """

    rows: Sequence[bytes]
    position_after: Callable[[int], str]
    ends: Sequence[UnitEnd] = ()
    cut: Mapping[int, int] = MappingProxyType({})


class Sheet(msgspec.Struct, array_like=True, frozen=True):
    """A complete sheet, or the first part of a sheet.

    Parameters
    ----------
    offset
        The offset of the sheet's ZIP local file header in the file.
    rows
        The number of rows, excluding the header row.
    """

    offset: int
    rows: int = 0
    size: int = 0
    compressed: int = 0
    crc: int = 0


class _Unit(NamedTuple):
    """The row count, sizes, and CRC-32 of a unit or a sheet."""

    rows: int
    size: int
    compressed: int
    crc: int


_ROWS_AT_ONCE = 256
"""The number of rows that are deflated at a time, so that they fit into the processor's cache. Rows are grouped from
the beginning of a unit, because the compressed bytes depend on where the groups end.
"""

_PACKED_UNIT = struct.Struct("<LLLL")


class WorkbookPosition(Position, frozen=True):
    """A position in a workbook segment.

    Parameters
    ----------
    inner
        The position in the data source. All rows before it have been written.
    cut
        The number of truncated cells in the segment so far.
    sheets
        In the first segment, the sheets written so far. The last sheet is incomplete until the file is `done`.
    units
        In a later segment, the units written so far, packed with `_PACKED_UNIT`.
    """

    inner: str = ""
    cut: int = 0
    sheets: tuple[Sheet, ...] = ()
    units: bytes = b""
    done: bool = False


_ZIP_TIME: Final = datetime(1980, 1, 1, tzinfo=UTC)
"""The modification time of the ZIP's members. It is constant, so that the same data always produces the same bytes."""


@dataclass(frozen=True)
class Workbook:
    """The title and columns of a workbook. Its rows are passed to `pages`.

    Parameters
    ----------
    title
        The name of the first sheet: up to 25 letters and spaces. The names of other sheets end with a number.
    """

    title: str
    columns: Sequence[Column]

    def pages(self, rows_after: Callable[[str], Iterator[Rows]], after: str, *, to_end: bool) -> Iterator[Page]:
        """Yield a page for each unit of a segment.

        Parameters
        ----------
        rows_after
            A function that yields the segment's rows after a position in the data source.
        after
            The position after which the first page starts, or "" for the beginning of the file.
        to_end
            Whether the file ends with this segment.
        """
        at = WorkbookPosition.decode(after)
        if at.done:
            return
        book = _Book(self, list(at.sheets)) if at.sheets or not after else None
        head = book.begin() if book is not None and not after else b""
        for unit, data, inner, cut in _units(rows_after(at.inner)):
            at = replace(at, inner=inner, cut=at.cut + cut)
            if book is not None:
                head += book.add(unit)
                at = replace(at, sheets=tuple(book.sheets))
            elif unit.rows:
                at = replace(at, units=at.units + _PACKED_UNIT.pack(*unit))
            yield Page(head + data, unit.rows, at.encode())
            head = b""
        if book is not None and (to_end or head):
            end = book.end() if to_end else b""
            yield Page(head + end, 0, replace(at, sheets=tuple(book.sheets), done=to_end).encode())

    def insertions(self, positions: Sequence[str]) -> Iterator[Insertion]:
        """Yield the beginnings and ends of sheets to insert into the file, in order.

        Parameters
        ----------
        positions
            The last position of each segment, in file order.
        """
        first, *later = map(WorkbookPosition.decode, positions)
        book = _Book(self, list(first.sheets))
        at = book.size
        for number, segment in enumerate(later, start=1):
            at = 0
            for unit in map(_Unit._make, _PACKED_UNIT.iter_unpack(segment.units)):
                if between := book.add(unit):
                    yield Insertion(number, at, between)
                at += unit.compressed
        yield Insertion(len(later), at, book.end())


def cut_until(position: str) -> int:
    """Return the number of cells that were truncated in a segment before the given position."""
    return WorkbookPosition.decode(position).cut


class _Book:
    """The sheets written so far. Methods return the bytes to write before, between, and after the units."""

    def __init__(self, workbook: Workbook, sheets: list[Sheet]) -> None:
        self.sheets = sheets
        self._workbook = workbook

    @property
    def size(self) -> int:
        """The number of bytes so far, excluding the last sheet's data descriptor."""
        return self._rows_begin(len(self.sheets)) + self.sheets[-1].compressed

    def begin(self) -> bytes:
        """Return the bytes before the first row."""
        fixed, _ = self._whole(FIXED_PARTS, 0)
        return fixed + self._begin_sheet(len(fixed))

    def add(self, unit: _Unit) -> bytes:
        """Add a unit, and return the bytes to write before it.

        If the last sheet is full, these bytes end it and begin the next sheet. Otherwise, the result is empty.
        """
        between = b""
        if not unit.rows:
            return b""
        if self.sheets[-1].rows >= SHEET_ROWS or self.sheets[-1].size >= SHEET_BYTES:
            between = self._end_sheet()
            between += self._begin_sheet(self._end_of_sheets())
        self._count(unit)
        return between

    def end(self) -> bytes:
        """Return the bytes that complete the file."""
        end = self._end_sheet()
        numbers = range(1, len(self.sheets) + 1)
        parts = last_parts(self._workbook.title, [self._cells(number) for number in numbers])
        offset = self._end_of_sheets()
        last, others = self._whole(parts, offset)
        _, fixed = self._whole(FIXED_PARTS, 0)
        members = [*fixed, *map(self._member, numbers), *others]
        return end + last + central_directory(members, _ZIP_TIME, offset + len(last))

    def _begin_sheet(self, offset: int) -> bytes:
        self.sheets.append(Sheet(offset))
        number = len(self.sheets)
        header = local_header(sheet_part_name(number), _ZIP_TIME)
        return header + self._add_text(sheet_beginning(self._workbook.columns, is_first=number == 1))

    def _end_sheet(self) -> bytes:
        number = len(self.sheets)
        data = self._add_text(sheet_ending(self._cells(number))) + FINAL_EMPTY_BLOCK
        self.sheets[-1] = replace(self.sheets[-1], compressed=self.sheets[-1].compressed + len(FINAL_EMPTY_BLOCK))
        return data + data_descriptor(self._member(number))

    def _add_text(self, text: bytes) -> bytes:
        data = deflated(text)
        self._count(_Unit(0, len(text), len(data), zlib_ng.crc32(text)))
        return data

    def _count(self, unit: _Unit) -> None:
        sheet = self.sheets[-1]
        self.sheets[-1] = Sheet(
            sheet.offset,
            sheet.rows + unit.rows,
            sheet.size + unit.size,
            sheet.compressed + unit.compressed,
            zlib_ng.crc32_combine(sheet.crc, unit.crc, unit.size),
        )

    def _rows_begin(self, number: int) -> int:
        name = sheet_part_name(number)
        return self.sheets[number - 1].offset + len(local_header(name, _ZIP_TIME))

    def _end_of_sheets(self) -> int:
        return self.size + len(data_descriptor(self._member(len(self.sheets))))

    def _member(self, number: int) -> Member:
        sheet = self.sheets[number - 1]
        return Member(sheet_part_name(number), sheet.size, sheet.compressed, sheet.crc, sheet.offset)

    def _cells(self, number: int) -> CellRange:
        return CellRange(len(self._workbook.columns), self.sheets[number - 1].rows + 1)

    def _whole(self, parts: Mapping[str, str], offset: int) -> tuple[bytes, list[Member]]:
        """Return the bytes of consecutive ZIP members, and a `Member` for each. The first begins at `offset`."""
        data, members = b"", []
        for name, text in parts.items():
            encoded = text.encode()
            compressed = deflated(encoded) + FINAL_EMPTY_BLOCK
            member = Member(name, len(encoded), len(compressed), zlib_ng.crc32(encoded), offset + len(data))
            data += local_header(name, _ZIP_TIME) + compressed + data_descriptor(member)
            members.append(member)
        return data, members


class _OpenUnit:
    """A unit whose rows are being deflated."""

    def __init__(self) -> None:
        self.inner = ""
        self._rows = self._size = self._crc = self._cut = 0
        self._waiting: list[bytes] = []
        self._deflated: list[bytes] = []
        self._compressor = unit_compressor(LEVEL)

    @property
    def is_empty(self) -> bool:
        return self._rows == 0

    @property
    def is_full(self) -> bool:
        return self._rows >= MAX_UNIT_ROWS or self._size >= MAX_UNIT_BYTES

    def add(self, rows: Rows, first: int, last: int) -> int:
        """Add rows from index `first` to `last` (exclusive). Return the index of the next row to add."""
        room = min(MAX_UNIT_ROWS - self._rows, _ROWS_AT_ONCE - self._rows % _ROWS_AT_ONCE)
        taken = rows.rows[first : min(last, first + room)]
        size = sum(map(len, taken))
        if self._size + size > MAX_UNIT_BYTES:
            sizes = list(accumulate(map(len, taken), initial=self._size))
            taken = taken[: bisect_left(sizes, MAX_UNIT_BYTES)]
            size = sum(map(len, taken))
        last = first + len(taken)
        self.inner = rows.position_after(last)
        self._rows += len(taken)
        self._size += size
        self._cut += sum(count for index, count in rows.cut.items() if first <= index < last)
        self._waiting += taken
        if self._rows % _ROWS_AT_ONCE == 0:
            self._deflate()
        return last

    def end(self) -> "_DeflatedUnit":
        self._deflate()
        data = b"".join((*self._deflated, self._compressor.flush(zlib_ng.Z_FULL_FLUSH)))
        return _DeflatedUnit(_Unit(self._rows, self._size, len(data), self._crc), data, self.inner, self._cut)

    def _deflate(self) -> None:
        data = b"".join(self._waiting)
        self._waiting = []
        self._crc = zlib_ng.crc32(data, self._crc)
        self._deflated.append(self._compressor.compress(data))


class _DeflatedUnit(NamedTuple):
    """A unit and its deflated rows. `inner` is the position in the data source, and `cut` counts truncated cells."""

    unit: _Unit
    data: bytes
    inner: str
    cut: int


def _units(batches: Iterator[Rows]) -> Iterator[_DeflatedUnit]:
    """Deflate rows into units. A unit without rows only records the position in the data source."""
    unit = _OpenUnit()
    for rows in batches:
        done = 0
        for end in (*rows.ends, UnitEnd(len(rows.rows), "")):
            while done < end.rows:
                done = unit.add(rows, done, end.rows)
                if unit.is_full:
                    yield unit.end()
                    unit = _OpenUnit()
            if end.position:
                yield unit.end()._replace(inner=end.position) if not unit.is_empty else _no_rows(end.position)
                unit = _OpenUnit()
    if not unit.is_empty:
        yield unit.end()


def _no_rows(position: str) -> _DeflatedUnit:
    return _DeflatedUnit(_Unit(0, 0, 0, 0), b"", position, 0)
