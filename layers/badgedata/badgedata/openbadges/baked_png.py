"""Badge data in a PNG's text chunks: written as the baking specification says, read as old tools wrote it too."""

import zlib
from typing import Final

from badgedata.openbadges.charsets import decoded_baked
from badgedata.openbadges.png_chunks import PNG_SIGNATURE, Chunk, encoded_chunk, png_chunks
from badgedata.openbadges.refusals import SourceRefused

ASSERTION_KEYWORD: Final = b"openbadges"
CREDENTIAL_KEYWORD: Final = b"openbadgecredential"
# As bakers have written them, in any case: "openbadge" isn't in any specification.
ASSERTION_KEYWORDS: Final = frozenset({ASSERTION_KEYWORD, b"openbadge"})
BADGE_KEYWORDS: Final = ASSERTION_KEYWORDS | {CREDENTIAL_KEYWORD}
BAKED_TEXT_BYTES: Final = 1024 * 1024


def bake_png(image: bytes, assertion: str) -> bytes:
    """The PNG with the assertion as its one ``openbadges`` chunk, right after IHDR.

    Only chunks are moved: pixels are neither decoded nor changed, so it runs at the speed of a CRC.

    Raises
    ------
    SourceRefused
        ``bad-image`` where the structure or a CRC of the PNG is wrong.

    Notes
    -----
    Open Badges 2.0 Baking Specification, "PNGs": an iTXt chunk with keyword ``openbadges``, not compressed,
    language tag and translated keyword empty, and never more than one.
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
    """The badge data in a PNG, or None: a 3.0 credential first, then an assertion; an iTXt chunk before others.

    The specifications ask for iTXt chunks that aren't compressed. Bakers have written tEXt (Open Badges 0.5, and many
    imaging libraries) and zTXt as well, which are read too.

    Raises
    ------
    SourceRefused
        ``bad-image``, or ``source-too-large`` for a compressed text that unpacks to over 1 MiB.
    """
    chunks = [chunk for chunk in png_chunks(image, document) if chunk.keyword in BADGE_KEYWORDS]
    for keywords in ({CREDENTIAL_KEYWORD}, {ASSERTION_KEYWORD}, ASSERTION_KEYWORDS):
        for chunk_type in (b"iTXt", b"tEXt", b"zTXt"):
            for chunk in chunks:
                if chunk.type == chunk_type and chunk.keyword in keywords and (text := _text(chunk, document)).strip():
                    return text
    return None


def _text(chunk: Chunk, document: str) -> str:
    keyword, _, rest = chunk.data.partition(b"\0")
    if chunk.type == b"tEXt":
        return _decoded(rest)
    if chunk.type == b"zTXt":
        return _decoded(_unpacked(rest[1:], keyword, document))  # after the compression method
    flags, (_language, _, translated) = rest[:2], rest[2:].partition(b"\0")
    text = translated.partition(b"\0")[2]
    # The specification forbids compression here, yet some tools compress; unpacked within the limit of a document.
    return _decoded(_unpacked(text, keyword, document) if flags[:1] == b"\1" else text)


def _unpacked(text: bytes, keyword: bytes, document: str) -> bytes:
    inflating = zlib.decompressobj()
    try:
        unpacked = inflating.decompress(text, BAKED_TEXT_BYTES)
    except zlib.error as error:
        raise SourceRefused(
            "bad-image", document, f"the compressed text of {keyword.decode('latin-1')!r} is damaged"
        ) from error
    if inflating.eof:
        return unpacked
    if len(unpacked) < BAKED_TEXT_BYTES:
        raise SourceRefused("bad-image", document, f"the compressed text of {keyword.decode('latin-1')!r} is cut off")
    raise SourceRefused("source-too-large", document, "its badge data unpacks to more than 1 MiB")


def _decoded(text: bytes) -> str:
    return decoded_baked(text)
