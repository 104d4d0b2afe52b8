"""A ZIP file, written as a stream that another worker can resume.

A member is deflated in units. Each unit is deflated separately and ends with a full flush. To resume, a worker needs
only the sizes and the CRC-32 of the data written so far. The ends of units depend only on the member's data, so
interruptions don't change the file.

A member's sizes are known only at its end. They are therefore written after the member, in a data descriptor. The local
header contains no sizes and no ZIP64 field. Each size in the data descriptor takes 4 bytes. If either size is too large
for 4 bytes, both sizes take 8 bytes. Programs that read a ZIP file as a stream, such as Java's ZipInputStream, infer
the length from the number of bytes read.

Sources: PKWARE APPNOTE.TXT 6.3.10 (cited below by section number); RFC 1951 (deflate).
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace
from zlib_ng import zlib_ng

from badgedata.exports.pages import Page, Position

MIN_UNIT_BYTES = 512 * 1024
"""The minimum size of a unit before compression: many times deflate's 32 KiB window, so each restart costs little."""

LEVEL = 3
"""The zlib-ng level. Compression is three times as fast as zlib's level 6, and files are about 7% larger (`make
bench`)."""

FINAL_EMPTY_BLOCK = b"\x03\x00"
"""The bytes that end a member's deflated data, after its last unit."""

_VERSION_DEFLATE = 20
_VERSION_ZIP64 = 45
_MADE_ON_UNIX = 3 << 8
_FLAGS = 1 << 3 | 1 << 11  # a data descriptor follows; the name is UTF-8
_DEFLATED = 8
_IN_ZIP64 = 0xFFFFFFFF
_REGULAR_FILE = 0o100644 << 16


class Member(msgspec.Struct, array_like=True, frozen=True):
    """The properties of a ZIP member, as stored in its data descriptor and the central directory.

    Parameters
    ----------
    compressed
        The compressed size in bytes, including the final empty block.
    offset
        The offset of the member's local header.
    has_zip64_header
        Whether the local header specifies 8-byte sizes. Version 0.1.0 of this product wrote such headers.
    """

    name: str
    size: int
    compressed: int
    crc: int
    offset: int = 0
    has_zip64_header: bool = False


class ZipPosition(Position, frozen=True):
    """A position in a ZIP file that contains one member. `inner` is the position in the member.

    `has_zip64_header` defaults to True for positions from version 0.1.0 of this product. These positions omit the
    field, but the local headers in their files specify 8-byte sizes.
    """

    inner: str = ""
    size: int = 0
    compressed: int = 0
    crc: int = 0
    done: bool = False
    has_zip64_header: bool = True


def zip_pages(
    member: Callable[[str], Iterator[Page]], name: str, modified: datetime, after: str = ""
) -> Iterator[Page]:
    """Yield the pages of a ZIP file that contains one member, starting at the position `after`.

    Parameters
    ----------
    member
        A function that takes a position in the member and returns the pages after that position.
    name
        The member's file name.
    modified
        The member's modification time. All workers must use the same time.
    after
        The position to start from. "" is the beginning of the file.
    """
    at = ZipPosition.decode(after) if after else ZipPosition(has_zip64_header=False)
    if at.done:
        return
    head = b"" if after else local_header(name, modified)
    for unit in _units(member(at.inner)):
        data = deflated(unit.data)
        at = replace(
            at,
            inner=unit.position,
            size=at.size + len(unit.data),
            compressed=at.compressed + len(data),
            crc=zlib_ng.crc32(unit.data, at.crc),
        )
        yield _page(head + data, unit.rows, at)
        head = b""
    at = replace(at, compressed=at.compressed + len(FINAL_EMPTY_BLOCK), done=True)
    whole = Member(name, at.size, at.compressed, at.crc, has_zip64_header=at.has_zip64_header)
    header = len(local_header(name, modified)) + (20 if at.has_zip64_header else 0)
    descriptor = data_descriptor(whole)
    directory = central_directory([whole], modified, header + at.compressed + len(descriptor))
    yield _page(head + FINAL_EMPTY_BLOCK + descriptor + directory, 0, at)


def _units(pages: Iterator[Page]) -> Iterator[Page]:
    """Combine pages into larger pages. Each larger page is deflated as a unit."""
    data: list[bytes] = []
    size = rows = 0
    position = ""
    for page in pages:
        data.append(page.data)
        size, rows, position = size + len(page.data), rows + page.rows, page.position
        if size >= MIN_UNIT_BYTES:
            yield Page(b"".join(data), rows, position)
            data, size, rows = [], 0, 0
    if data:
        yield Page(b"".join(data), rows, position)


def deflated(data: bytes) -> bytes:
    """Return data as deflate blocks that can be concatenated with other blocks.

    The blocks end at a byte boundary and don't refer to earlier blocks. No block is marked as final.
    """
    compressor = unit_compressor(LEVEL)
    return compressor.compress(data) + compressor.flush(zlib_ng.Z_FULL_FLUSH)


def unit_compressor(level: int) -> "zlib_ng._Compress":
    """Return a compressor for one unit. To end the unit, call the compressor's `flush(Z_FULL_FLUSH)`."""
    return zlib_ng.compressobj(level, zlib_ng.DEFLATED, -zlib_ng.MAX_WBITS)


def local_header(name: str, modified: datetime) -> bytes:
    """Return a member's local header (4.3.7). Its size fields are 0, because the sizes follow the member (4.4.4)."""
    encoded = name.encode()
    time, date = _dos_time(modified)
    sizes = (0, 0, 0, len(encoded), 0)
    return struct.pack("<4sHHHHHLLLHH", b"PK\3\4", _VERSION_DEFLATE, _FLAGS, _DEFLATED, time, date, *sizes) + encoded


def _has_wide_sizes(member: Member) -> bool:
    return member.has_zip64_header or max(member.size, member.compressed) > _IN_ZIP64


def data_descriptor(member: Member) -> bytes:
    """Return a member's data descriptor (4.3.9)."""
    sizes = "<4sLQQ" if _has_wide_sizes(member) else "<4sLLL"
    return struct.pack(sizes, b"PK\7\x08", member.crc, member.compressed, member.size)


def central_directory(members: Sequence[Member], modified: datetime, offset: int) -> bytes:
    """Return the central directory and the end records of a ZIP file (4.3.12 to 4.3.16).

    ZIP64 is used only for values that need it.

    Parameters
    ----------
    offset
        The number of bytes before the central directory.
    """
    directory = b"".join(_directory_entry(member, modified) for member in members)
    count = len(members)
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, count, count, len(directory), min(offset, _IN_ZIP64), 0)
    if offset < _IN_ZIP64:
        return directory + end
    versions = (_MADE_ON_UNIX | _VERSION_ZIP64, _VERSION_ZIP64)
    end64 = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, *versions, 0, 0, count, count, len(directory), offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, offset + len(directory), 1)
    return directory + end64 + locator + end


def _directory_entry(member: Member, modified: datetime) -> bytes:
    name = member.name.encode()
    wide = [value for value in (member.size, member.compressed, member.offset) if value >= _IN_ZIP64]
    extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
    version = _VERSION_ZIP64 if wide or _has_wide_sizes(member) else _VERSION_DEFLATE
    time, date = _dos_time(modified)
    entry = struct.pack(
        "<4sHHHHHHLLLHHHHHLL",
        b"PK\1\2",
        _MADE_ON_UNIX | version,
        version,
        _FLAGS,
        _DEFLATED,
        time,
        date,
        member.crc,
        min(member.compressed, _IN_ZIP64),
        min(member.size, _IN_ZIP64),
        len(name),
        len(extra),
        0,  # comment
        0,  # disk
        0,  # internal attributes
        _REGULAR_FILE,
        min(member.offset, _IN_ZIP64),
    )
    return entry + name + extra


def _dos_time(moment: datetime) -> tuple[int, int]:
    """Return a time in MS-DOS format, with a precision of two seconds (4.4.6)."""
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return time, max(moment.year - 1980, 0) << 9 | moment.month << 5 | moment.day


def _page(data: bytes, rows: int, at: ZipPosition) -> Page:
    return Page(data, rows, at.encode())
