"""Images to upload, bake into, and clean, and PNG chunks to damage them with."""

import base64
import io
import struct
import zlib
from random import Random

from PIL import Image

type Color = str | int | tuple[int, ...]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="red"/></svg>'
_CONTENT_TYPES = {b"<svg": "image/svg+xml", b"\xff\xd8": "image/jpeg", b"GIF8": "image/gif", b"RIFF": "image/webp"}


def drawn(image_format: str, mode: str = "RGB", size: tuple[int, int] = (8, 8), color: Color = "red") -> bytes:
    """Return an image of a single color in a format that Pillow writes, such as ``"GIF"``."""
    written = io.BytesIO()
    Image.new(mode, size, color).save(written, format=image_format)
    return written.getvalue()


def png(mode: str = "RGB", size: tuple[int, int] = (8, 8), color: Color = "red") -> bytes:
    """Return a PNG of a single color."""
    return drawn("PNG", mode, size, color)


def gray_png(gray: int = 0, size: int = 4) -> bytes:
    """Return a square PNG of a single shade of gray, from 0 to 255."""
    return png("L", (size, size), gray)


def color_png(color: str, size: int = 64) -> bytes:
    """Return a square PNG of a single color."""
    return png("RGB", (size, size), color)


def noise_png(random: Random, size: int = 16) -> bytes:
    """Return a square PNG of random shades of gray, which can't be compressed."""
    written = io.BytesIO()
    Image.frombytes("L", (size, size), random.randbytes(size * size)).save(written, format="PNG")
    return written.getvalue()


def svg(inner: str = "", attributes: str = "") -> bytes:
    """Return an SVG with this content, and with these attributes on its root element."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"{attributes}>{inner}</svg>'
    ).encode()


def data_uri(content: bytes, content_type: str | None = None) -> str:
    """Return an image as a data URI. By default, the content type is detected from the first bytes, or else PNG."""
    known = (kind for beginning, kind in _CONTENT_TYPES.items() if content.startswith(beginning))
    return f"data:{content_type or next(known, 'image/png')};base64,{base64.b64encode(content).decode()}"


def pixels(image: bytes) -> bytes:
    """Return the pixels of an image as RGBA."""
    with Image.open(io.BytesIO(image)) as opened:
        return opened.convert("RGBA").tobytes()


def shade_of(image: bytes) -> int:
    """Return the shade of gray of an image from `gray_png`, even if it has been re-encoded."""
    with Image.open(io.BytesIO(image)) as opened:
        (low, high) = opened.convert("L").getextrema()
    assert low == high
    return int(low)  # type: ignore[arg-type] # of one band, it is a number


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a PNG chunk: its length, kind, data, and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(image: bytes, kind: bytes, data: bytes) -> bytes:
    """Return a PNG with an additional chunk after IHDR, which ends at byte 33."""
    return image[:33] + chunk(kind, data) + image[33:]


def chunk_kinds(image: bytes) -> list[bytes]:
    """Return the kinds of a PNG's chunks, in order."""
    kinds, position = [], len(SIGNATURE)
    while position < len(image):
        (length,) = struct.unpack_from(">I", image, position)
        kinds.append(image[position + 4 : position + 8])
        position += 12 + length
    return kinds
