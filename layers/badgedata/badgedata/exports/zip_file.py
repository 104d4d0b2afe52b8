"""A ZIP with one member, written unit by unit, so that another worker can go on behind any unit.

A unit is one or a few of the member's pages, deflated by itself and closed by a full flush, so that nothing of the
compressor has to be handed on: only the sizes and the CRC-32 so far. The member's pages begin and end at places that
its data alone decide, and so do the units: the ZIP is the same, however often it is interrupted.

How large the member gets is known only at its end. Its local header therefore says nothing of ZIP64, and its sizes
have 8 bytes after the member where they need them, and 4 otherwise. Programs that read a ZIP as a stream, such as
Java's ZipInputStream, tell by the bytes that they have read which of the two it is.

Sources: PKWARE APPNOTE.TXT 6.3.10 (its sections are named below); RFC 1951 (deflate).
"""

import struct
from collections.abc import Callable, Iterator
from datetime import datetime

from msgspec.structs import replace
from zlib_ng import zlib_ng

from badgedata.exports.pages import Page, Position

MIN_UNIT_BYTES = 512 * 1024
"""Bytes of the member that a unit has at least: many times deflate's window of 32 KiB, so starting anew is cheap."""

LEVEL = 3
"""Of zlib-ng: files about 7 % larger than by zlib's level 6, at three times its speed (`make bench`)."""

_VERSION_DEFLATE = 20
_VERSION_ZIP64 = 45
_MADE_ON_UNIX = 3 << 8
_FLAGS = 1 << 3 | 1 << 11  # a data descriptor follows; the name is UTF-8
_DEFLATED = 8
_IN_ZIP64 = 0xFFFFFFFF
_REGULAR_FILE = 0o100644 << 16
_FINAL_EMPTY_BLOCK = b"\x03\x00"


class ZipPosition(Position, frozen=True):
    """How far a ZIP is: the member up to its own position `inner`, and the sizes and CRC-32 of that much of it.

    `has_zip64_header` is for exports that version 0.1.0 began: their local header announces sizes of 8 bytes.
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
    """Write a ZIP from the position `after` on ("" is its beginning).

    Parameters
    ----------
    member
        Gives the member's pages behind one of the member's own positions.
    name
        The member's file name.
    modified
        The time that the ZIP says the member is of; the same for all who write at one ZIP.
    """
    at = ZipPosition.decode(after) if after else ZipPosition(has_zip64_header=False)
    if at.done:
        return
    head = b"" if after else _local_header(name.encode(), modified)
    for unit in _units(member(at.inner)):
        data = _deflate(unit.data)
        at = replace(
            at,
            inner=unit.position,
            size=at.size + len(unit.data),
            compressed=at.compressed + len(data),
            crc=zlib_ng.crc32(unit.data, at.crc),
        )
        yield _page(head + data, unit.rows, at)
        head = b""
    at = replace(at, compressed=at.compressed + len(_FINAL_EMPTY_BLOCK), done=True)
    ending = _data_descriptor(at) + _central_directory(name.encode(), modified, at)
    yield _page(head + _FINAL_EMPTY_BLOCK + ending, 0, at)


def _units(pages: Iterator[Page]) -> Iterator[Page]:
    """Put pages together until they make a unit."""
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


def _deflate(data: bytes) -> bytes:
    """Compress to blocks that end at a byte's boundary, none of them the last, and none that refers to earlier ones."""
    compressor = zlib_ng.compressobj(LEVEL, zlib_ng.DEFLATED, -zlib_ng.MAX_WBITS)
    return compressor.compress(data) + compressor.flush(zlib_ng.Z_FULL_FLUSH)


def _local_header(name: bytes, modified: datetime) -> bytes:
    """Return what comes before the member (4.3.7). Its sizes are in the data descriptor, so here they are 0 (4.4.4)."""
    time, date = _dos_time(modified)
    sizes = (0, 0, 0, len(name), 0)
    return struct.pack("<4sHHHHHLLLHH", b"PK\3\4", _VERSION_DEFLATE, _FLAGS, _DEFLATED, time, date, *sizes) + name


def _has_wide_sizes(at: ZipPosition) -> bool:
    return at.has_zip64_header or max(at.size, at.compressed) > _IN_ZIP64


def _data_descriptor(at: ZipPosition) -> bytes:
    """Return what comes after the member (4.3.9)."""
    sizes = "<4sLQQ" if _has_wide_sizes(at) else "<4sLLL"
    return struct.pack(sizes, b"PK\7\x08", at.crc, at.compressed, at.size)


def _central_directory(name: bytes, modified: datetime, at: ZipPosition) -> bytes:
    """Return what the ZIP ends with (4.3.12 to 4.3.16), in ZIP64 only what needs it."""
    header = 30 + len(name) + (20 if at.has_zip64_header else 0)
    offset = header + at.compressed + len(_data_descriptor(at))
    version = _VERSION_ZIP64 if _has_wide_sizes(at) else _VERSION_DEFLATE
    sizes = (at.size, at.compressed)
    large = [size for size in sizes if size >= _IN_ZIP64]
    extra = struct.pack(f"<HH{len(large)}Q", 1, 8 * len(large), *large) if large else b""
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
        at.crc,
        min(at.compressed, _IN_ZIP64),
        min(at.size, _IN_ZIP64),
        len(name),
        len(extra),
        0,  # comment
        0,  # disk
        0,  # internal attributes
        _REGULAR_FILE,
        0,  # offset of the local header
    )
    directory = entry + name + extra
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 1, 1, len(directory), min(offset, _IN_ZIP64), 0)
    if offset < _IN_ZIP64:
        return directory + end
    versions = (_MADE_ON_UNIX | _VERSION_ZIP64, _VERSION_ZIP64)
    end64 = struct.pack("<4sQHHLLQQQQ", b"PK\6\6", 44, *versions, 0, 0, 1, 1, len(directory), offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, offset + len(directory), 1)
    return directory + end64 + locator + end


def _dos_time(moment: datetime) -> tuple[int, int]:
    """Give a time as MS-DOS has it, in steps of two seconds (4.4.6)."""
    time = moment.hour << 11 | moment.minute << 5 | moment.second // 2
    return time, max(moment.year - 1980, 0) << 9 | moment.month << 5 | moment.day


def _page(data: bytes, rows: int, at: ZipPosition) -> Page:
    return Page(data, rows, at.encode())
