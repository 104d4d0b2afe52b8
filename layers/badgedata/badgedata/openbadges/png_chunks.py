"""A PNG as the chunks that it is made of: walked, checked and put together without decoding a pixel."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from badgedata.openbadges.refusals import SourceRefused

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
TEXT_CHUNKS: Final = frozenset({b"iTXt", b"tEXt", b"zTXt"})
HEADER_BYTES: Final = 13


class Chunk(NamedTuple):
    """One PNG chunk: its four-letter type and its data, length and CRC left off."""

    type: bytes
    data: bytes

    @property
    def keyword(self) -> bytes | None:
        """The keyword of a text chunk in lower case, None for any other chunk."""
        return self.data.split(b"\0", 1)[0].strip().lower() if self.type in TEXT_CHUNKS else None


def png_chunks(image: bytes, document: str) -> Iterator[Chunk]:
    """The chunks of a PNG from IHDR to IEND, each with its CRC checked.

    What follows IEND is no part of the image and is left out.

    Raises
    ------
    SourceRefused
        ``bad-image`` where the structure or a CRC is not as PNG (third edition) sections 5.2 to 5.6 says.
    """
    if not image.startswith(PNG_SIGNATURE):
        raise SourceRefused("bad-image", document, "a PNG was expected, the PNG signature is missing")
    whole = memoryview(image)
    position, has_pixels, expected = len(PNG_SIGNATURE), False, b"IHDR"
    while position + 12 <= len(image):
        length, chunk_type = struct.unpack_from(">I4s", image, position)
        end = position + 8 + length
        if end + 4 > len(image):
            raise SourceRefused("bad-image", document, f"the PNG is cut off within its {_name(chunk_type)} chunk")
        (crc,) = struct.unpack_from(">I", image, end)
        if zlib.crc32(whole[position + 4 : end]) != crc:
            raise SourceRefused("bad-image", document, f"the CRC of the PNG's {_name(chunk_type)} chunk is wrong")
        if (chunk_type == b"IHDR") != (expected == b"IHDR") or (chunk_type == b"IHDR" and length != HEADER_BYTES):
            raise SourceRefused("bad-image", document, "a PNG has one IHDR chunk of 13 bytes, and it comes first")
        if chunk_type == b"IHDR":
            _check_size(image[position + 8 : end], document)
        expected = b""
        has_pixels = has_pixels or chunk_type == b"IDAT"
        yield Chunk(chunk_type, image[position + 8 : end])
        if chunk_type == b"IEND":
            if not has_pixels:
                raise SourceRefused("bad-image", document, "the PNG has no IDAT chunk, so no picture")
            return
        position = end + 4
    raise SourceRefused("bad-image", document, "the PNG is cut off before its IEND chunk")


def _check_size(header: bytes, document: str) -> None:
    """Zero is no width or height (PNG, third edition, section 11.2.1)."""
    for side, pixels in zip(("wide", "high"), struct.unpack_from(">II", header), strict=True):
        if pixels == 0:
            raise SourceRefused("bad-image", document, f"the PNG is 0 pixels {side}, so it can't be decoded")


def png_size(header: Chunk) -> tuple[int, int]:
    """Width and height in pixels, as the IHDR chunk says them."""
    width, height = struct.unpack_from(">II", header.data)
    return width, height


def encoded_chunk(chunk_type: bytes, data: bytes) -> bytes:
    """A chunk as its bytes in the file: length, type, data, CRC."""
    crc = zlib.crc32(data, zlib.crc32(chunk_type))
    return b"".join((struct.pack(">I", len(data)), chunk_type, data, struct.pack(">I", crc)))


def _name(chunk_type: bytes) -> str:
    return chunk_type.decode("ascii", "replace")
