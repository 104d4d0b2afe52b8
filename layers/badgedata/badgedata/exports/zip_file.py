"""A ZIP with one member, written unit by unit, so that another worker can go on behind any unit.

The member's bytes are cut into units of a fixed size. Each is deflated by itself and closed by a full flush, so that
nothing of the compressor has to be handed on: what is carried are the counts and the CRC-32 so far. As units don't
depend on how the member's own pages fall, the same member gives the same ZIP, however often it is interrupted.

Source: PKWARE APPNOTE.TXT 6.3.10 (sections are given below); RFC 1951 (deflate).
"""

import struct
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec
from zlib_ng import zlib_ng

from badgedata.exports.pages import Page

UNIT_BYTES = 1024 * 1024
"""Bytes of the member in one unit: many times deflate's window of 32 KiB, so that starting anew costs next to nothing."""

LEVEL = 3
"""zlib-ng's: 7 % larger than zlib's level 6, at three times its speed."""

_ZIP64_VERSION = 45
_MADE_ON_UNIX = 3 << 8
_DATA_DESCRIPTOR_FOLLOWS = 1 << 3
_UTF8_NAME = 1 << 11
_FLAGS = _DATA_DESCRIPTOR_FOLLOWS | _UTF8_NAME
_DEFLATED = 8
_IN_ZIP64 = 0xFFFFFFFF
_REGULAR_FILE = 0o100644 << 16
_FINAL_EMPTY_BLOCK = b"\x03\x00"


class _Place(msgspec.Struct, array_like=True, frozen=True):
    """How far a ZIP is: `skip` bytes of the page behind the member's position `inner` are in it, and all before.

    `size`, `compressed` and `crc` are those of the member so far. `done` is True behind the central directory.
    """

    inner: str = ""
    skip: int = 0
    size: int = 0
    compressed: int = 0
    crc: int = 0
    done: bool = False


_decode_place = msgspec.json.Decoder(_Place).decode


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
    place = _decode_place(after) if after else _Place()
    if place.done:
        return
    head = b"" if after else _local_header(name.encode(), modified)
    for unit, rows, inner, skip in _units(member, place):
        data = _deflate(unit)
        place = _Place(
            inner,
            skip,
            place.size + len(unit),
            place.compressed + len(data),
            zlib_ng.crc32(unit, place.crc),
        )
        yield _page(head + data, rows, place)
        head = b""
    yield _page(head + _end(name.encode(), modified, place), 0, msgspec.structs.replace(place, done=True))


def _units(member: Callable[[str], Iterator[Page]], place: _Place) -> Iterator[tuple[bytes, int, str, int]]:
    """Cut the rest of the member into units, each with the rows that end in it and the place that it reaches."""
    inner, skip, rows = place.inner, place.skip, 0
    waiting = bytearray()
    for page in member(inner):
        data = memoryview(page.data)[skip:]
        while len(waiting) + len(data) >= UNIT_BYTES:
            taken = UNIT_BYTES - len(waiting)
            waiting += data[:taken]
            data, skip = data[taken:], skip + taken
            if not data:
                inner, skip, rows = page.position, 0, rows + page.rows
            yield bytes(waiting), rows, inner, skip
            waiting.clear()
            rows = 0
        if data:
            waiting += data
            rows += page.rows
        inner, skip = page.position, 0
    if waiting:
        yield bytes(waiting), rows, inner, 0
