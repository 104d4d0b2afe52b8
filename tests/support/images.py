"""Pictures to bake into and to clean, and chunks to spoil them with."""

import io
import struct
import zlib

from PIL import Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><circle cx="4" cy="4" r="4" fill="red"/></svg>'


def png(mode: str = "RGB", size: tuple[int, int] = (8, 8), colour: str | int | tuple[int, ...] = "red") -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, colour).save(written, format="PNG")
    return written.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(image: bytes, kind: bytes, data: bytes) -> bytes:
    """The PNG with one more chunk after IHDR, which ends at byte 33."""
    return image[:33] + chunk(kind, data) + image[33:]


def chunk_kinds(image: bytes) -> list[bytes]:
    kinds, position = [], len(SIGNATURE)
    while position < len(image):
        (length,) = struct.unpack_from(">I", image, position)
        kinds.append(image[position + 4 : position + 8])
        position += 12 + length
    return kinds


def pixels(image: bytes) -> bytes:
    with Image.open(io.BytesIO(image)) as opened:
        return opened.convert("RGBA").tobytes()


def svg(inner: str = "", attributes: str = "") -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"{attributes}>{inner}</svg>'
    ).encode()
