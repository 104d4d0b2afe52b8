"""Read and write PNG chunks and the badge data in them, without decoding pixels.

This module writes badge data as the baking specification requires. It also reads badge data in the formats of older
tools.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from badgedata.openbadges.rejections import SourceRejectedError, quoted
from badgedata.openbadges.source_documents import decoded_baked

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
TEXT_CHUNKS: Final = frozenset({b"iTXt", b"tEXt", b"zTXt"})
HEADER_BYTES: Final = 13
ASSERTION_KEYWORD: Final = b"openbadges"
CREDENTIAL_KEYWORD: Final = b"openbadgecredential"
# Tools write these keywords in uppercase or lowercase. "openbadge" isn't in any specification.
ASSERTION_KEYWORDS: Final = frozenset({ASSERTION_KEYWORD, b"openbadge"})
BADGE_KEYWORDS: Final = ASSERTION_KEYWORDS | {CREDENTIAL_KEYWORD}
MAX_BAKED_TEXT_BYTES: Final = 1024 * 1024  # the maximum size of a document


class Chunk(NamedTuple):
    """A PNG chunk's four-letter type and its data, excluding the length and CRC."""

    type: bytes
    data: bytes

    @property
    def keyword(self) -> bytes | None:
        """The lowercase keyword of a text chunk, or None for any other chunk."""
        return self.data.split(b"\0", 1)[0].strip().lower() if self.type in TEXT_CHUNKS else None


def png_chunks(image: bytes, document: str) -> Iterator[Chunk]:
    """Yield a PNG's chunks from IHDR to IEND, after checking each chunk's CRC.

    Bytes after IEND are not part of the image and are omitted.

    Raises
    ------
    SourceRejectedError
        ``bad-image`` if the structure or a CRC violates the PNG specification (third edition, sections 5.2 to 5.6).
    """
    if not image.startswith(PNG_SIGNATURE):
        raise SourceRejectedError("bad-image", document, "expected a PNG, but the PNG signature is missing")
    whole = memoryview(image)
    position, has_pixels, expected = len(PNG_SIGNATURE), False, b"IHDR"
    while position + 12 <= len(image):
        length, chunk_type = struct.unpack_from(">I4s", image, position)
        end = position + 8 + length
        if end + 4 > len(image):
            raise SourceRejectedError("bad-image", document, f"the PNG is truncated in its {_name(chunk_type)} chunk")
        (crc,) = struct.unpack_from(">I", image, end)
        if zlib.crc32(whole[position + 4 : end]) != crc:
            raise SourceRejectedError("bad-image", document, f"the CRC of the PNG's {_name(chunk_type)} chunk is wrong")
        if (chunk_type == b"IHDR") != (expected == b"IHDR") or (chunk_type == b"IHDR" and length != HEADER_BYTES):
            raise SourceRejectedError(
                "bad-image",
                document,
                "the PNG must contain exactly one IHDR chunk, which must come first and be 13 bytes long",
            )
        if chunk_type == b"IHDR":
            _check_size(image[position + 8 : end], document)
        expected = b""
        has_pixels = has_pixels or chunk_type == b"IDAT"
        yield Chunk(chunk_type, image[position + 8 : end])
        if chunk_type == b"IEND":
            if not has_pixels:
                raise SourceRejectedError("bad-image", document, "the PNG has no IDAT chunk, so it has no pixels")
            return
        position = end + 4
    raise SourceRejectedError("bad-image", document, "the PNG is truncated before its IEND chunk")


def _check_size(header: bytes, document: str) -> None:
    """Reject a width or height of zero (PNG, third edition, section 11.2.1)."""
    for side, pixels in zip(("wide", "high"), struct.unpack_from(">II", header), strict=True):
        if pixels == 0:
            raise SourceRejectedError("bad-image", document, f"the PNG is 0 pixels {side}, so it can't be decoded")


def png_size(header: Chunk) -> tuple[int, int]:
    """Return a PNG's width and height in pixels, as specified in the IHDR chunk."""
    width, height = struct.unpack_from(">II", header.data)
    return width, height


def encoded_chunk(chunk_type: bytes, data: bytes) -> bytes:
    """Return a chunk's bytes as they appear in a file: length, type, data, and CRC."""
    crc = zlib.crc32(data, zlib.crc32(chunk_type))
    return b"".join((struct.pack(">I", len(data)), chunk_type, data, struct.pack(">I", crc)))


def _name(chunk_type: bytes) -> str:
    return quoted(chunk_type.decode("ascii", "replace"))


def bake_png(image: bytes, assertion: str) -> bytes:
    """Insert the assertion into a PNG as its only ``openbadges`` chunk, directly after IHDR.

    Pixels are neither decoded nor changed, so baking takes about as long as computing the CRCs.

    Raises
    ------
    SourceRejectedError
        ``bad-image`` if the PNG's structure or a CRC is invalid.

    Notes
    -----
    Open Badges 2.0 Baking Specification, "PNGs": a single iTXt chunk with the keyword ``openbadges``, uncompressed,
    with an empty language tag and an empty translated keyword.
    """
    # keyword, compression flag, compression method, language tag, translated keyword
    data = ASSERTION_KEYWORD + b"\0" + b"\0" + b"\0" + b"\0" + b"\0" + assertion.encode()
    header, *rest = png_chunks(image, "the badge image")
    kept = [chunk for chunk in rest if chunk.keyword not in BADGE_KEYWORDS]
    return b"".join(
        [
            PNG_SIGNATURE,
            encoded_chunk(*header),
            encoded_chunk(b"iTXt", data),
            *(encoded_chunk(*chunk) for chunk in kept),
        ]
    )


def unbake_png(image: bytes, document: str) -> str | None:
    """Return the badge data in a PNG, or None if the PNG has none.

    An Open Badges 3.0 credential takes precedence over an assertion. An iTXt chunk takes precedence over other chunks.

    The specifications require uncompressed iTXt chunks. This function also reads tEXt chunks, which Open Badges 0.5 and
    many imaging libraries use, and zTXt chunks, which some tools write.

    Raises
    ------
    SourceRejectedError
        - ``bad-image`` if the image is not a valid PNG, or if its badge data can't be decompressed.
        - ``source-too-large`` if the badge data decompresses to more than 1 MiB.
    """
    chunks = [chunk for chunk in png_chunks(image, document) if chunk.keyword in BADGE_KEYWORDS]
    for keywords in ({CREDENTIAL_KEYWORD}, {ASSERTION_KEYWORD}, ASSERTION_KEYWORDS):
        for chunk_type in (b"iTXt", b"tEXt", b"zTXt"):
            for chunk in chunks:
                if (
                    chunk.type == chunk_type
                    and chunk.keyword in keywords
                    and (text := chunk_text(chunk, document)).strip()
                ):
                    return text
    return None


def chunk_text(chunk: Chunk, document: str) -> str:
    """Return the text in a text chunk, without its keyword. Raise the same errors as `unbake_png`."""
    keyword, _, rest = chunk.data.partition(b"\0")
    if chunk.type == b"tEXt":
        return decoded_baked(rest)
    if chunk.type == b"zTXt":
        return decoded_baked(_unpacked(rest[1:], keyword, document))  # after the compression method
    flags, (_language, _, translated) = rest[:2], rest[2:].partition(b"\0")
    text = translated.partition(b"\0")[2]
    # The specification forbids compression, but some tools compress the text anyway.
    return decoded_baked(_unpacked(text, keyword, document) if flags[:1] == b"\1" else text)


def chunk_labels(chunk: Chunk) -> str:
    """Return a text chunk's keyword and, for an iTXt chunk, its language tag and translated keyword, one per line."""
    keyword, _, rest = chunk.data.partition(b"\0")
    labels = [keyword, *(rest[2:].split(b"\0")[:2] if chunk.type == b"iTXt" else [])]
    return b"\n".join(labels).decode("utf-8", "replace")


def _unpacked(text: bytes, keyword: bytes, document: str) -> bytes:
    inflating = zlib.decompressobj()
    try:
        unpacked = inflating.decompress(text, MAX_BAKED_TEXT_BYTES)
    except zlib.error as error:
        raise SourceRejectedError(
            "bad-image", document, f"the compressed text chunk {quoted(keyword.decode('latin-1'))} is corrupt"
        ) from error
    if inflating.eof:
        return unpacked
    if len(unpacked) < MAX_BAKED_TEXT_BYTES:
        raise SourceRejectedError(
            "bad-image", document, f"the compressed text chunk {quoted(keyword.decode('latin-1'))} is truncated"
        )
    raise SourceRejectedError("source-too-large", document, "its badge data decompresses to more than 1 MiB")
