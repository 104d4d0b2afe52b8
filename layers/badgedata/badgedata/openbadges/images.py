"""Make an image from outside safe to keep and to serve: decoded whole, bounded, and written anew without metadata."""

import io
from dataclasses import dataclass
from typing import Final

import msgspec
from PIL import Image

from badgedata.openbadges.baked_images import PNG, SVG, image_content_type
from badgedata.openbadges.png_chunks import PNG_SIGNATURE, encoded_chunk, png_chunks, png_size
from badgedata.openbadges.refusals import SourceRefused, quoted
from badgedata.openbadges.svg_cleaning import clean_svg

IMAGE_BYTES: Final = 4 * 1024 * 1024
SHOWN_BYTES: Final = 5 * 1024 * 1024
"""Of an SVG as JSON text: a function's answer may have 6 MB, and an award's SVG has its assertion besides."""

MOST_PIXELS: Final = 16 * 1024 * 1024
# What a picture is made of. Text, profile, time and animation chunks never reach the decoder, so that none of them
# can unpack to anything.
PICTURE_CHUNKS: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})


@dataclass(frozen=True)
class CleanImage:
    """An image that is safe to keep and serve.

    Parameters
    ----------
    content
        The PNG or SVG, without metadata, scripts or references.
    content_type
        ``image/png`` or ``image/svg+xml``.
    extension
        ``png`` or ``svg``.
    """

    content: bytes
    content_type: str
    extension: str


def clean_image(data: bytes, document: str = "the image you sent") -> CleanImage:
    """An image as it may be kept: the same picture, written anew. Badge data baked into it is gone.

    Parameters
    ----------
    data
        A PNG or SVG of at most 4 MiB; a PNG of at most 16,777,216 pixels.
    document
        What a refusal calls the image.

    Raises
    ------
    SourceRefused
        ``bad-image`` for anything else than a whole PNG or SVG, ``source-too-large`` past either limit.
    """
    if len(data) > IMAGE_BYTES:
        raise SourceRefused("source-too-large", document, f"at most 4 MiB were expected, found {len(data)} bytes")
    match image_content_type(data):
        case "image/png":
            return CleanImage(_clean_png(data, document), PNG, "png")
        case "image/svg+xml":
            return CleanImage(_clean_svg(data, document), SVG, "svg")
        case _:
            raise SourceRefused("bad-image", document, "a PNG or SVG image was expected, found something else")


def _clean_svg(data: bytes, document: str) -> bytes:
    cleaned = clean_svg(data, document)
    if (size := len(msgspec.json.encode(cleaned.decode()))) > SHOWN_BYTES:
        raise SourceRefused(
            "source-too-large", document, f"at most {SHOWN_BYTES} bytes were expected when cleaned, found {size}"
        )
    return cleaned


def _clean_png(data: bytes, document: str) -> bytes:
    chunks = [chunk for chunk in png_chunks(data, document) if chunk.type in PICTURE_CHUNKS]
    width, height = png_size(chunks[0])
    # Known before a pixel is decoded, so a bomb costs nothing.
    if width * height > MOST_PIXELS:
        raise SourceRefused(
            "source-too-large", document, f"at most {MOST_PIXELS} pixels were expected, found {width} x {height}"
        )
    picture = io.BytesIO(PNG_SIGNATURE + b"".join(encoded_chunk(*chunk) for chunk in chunks))
    written = io.BytesIO()
    try:
        with Image.open(picture, formats=["PNG"]) as image:
            image.load()
            image.info = {key: image.info[key] for key in ("transparency",) if key in image.info}
            image.save(written, format="PNG")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise SourceRefused("bad-image", document, f"the PNG can't be decoded: {quoted(error)}") from error
    return written.getvalue()
