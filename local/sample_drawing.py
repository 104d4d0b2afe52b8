"""Draw flat shapes as a PNG or SVG, to the same bytes on any machine.

Whole numbers only, and a PNG is compressed here: floating-point numbers round differently between processors, and the
libraries (zlib, zlib-ng, ...) each give other bytes for the same pixels.
"""

import struct
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from PIL import Image, ImageDraw

GRID = 800  # shapes are drawn on a grid of 800 by 800,
PIXELS = 200  # which is then smoothed to this many pixels

type Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled polygon; `fill` is a colour as `#rgb`."""

    points: tuple[Point, ...]
    fill: str


@dataclass(frozen=True, slots=True)
class Disc:
    """A filled circle; `fill` is a colour as `#rgb`."""

    centre: Point
    radius: int
    fill: str


type Shape = Polygon | Disc


def draw_svg(shapes: Iterable[Shape], title: str) -> bytes:
    """Draw shapes, the lowest first, as an SVG document in UTF-8, written as loading cleans it: it stays as it is."""
    elements = "".join(
        f'<circle cx="{shape.centre[0]}" cy="{shape.centre[1]}" r="{shape.radius}" fill="{shape.fill}"></circle>'
        if isinstance(shape, Disc)
        else f'<polygon points="{" ".join(f"{x},{y}" for x, y in shape.points)}" fill="{shape.fill}"></polygon>'
        for shape in shapes
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="0 0 {GRID} {GRID}" width="{PIXELS}" height="{PIXELS}">'
        f"<title>{escape(title)}</title>{elements}</svg>"
    ).encode()


def draw_png(shapes: Iterable[Shape]) -> bytes:
    """Draw shapes, the lowest first, as a PNG with a palette and a transparent background."""
    canvas = Image.new("RGBA", (GRID, GRID))
    draw = ImageDraw.Draw(canvas)
    for shape in shapes:
        colour = (*_rgb(shape.fill), 255)
        if isinstance(shape, Disc):
            (x, y), r = shape.centre, shape.radius
            draw.ellipse((x - r, y - r, x + r - 1, y + r - 1), fill=colour)
        else:
            for left, right, y in _spans(shape.points):
                draw.line((left, y, right, y), fill=colour)
    # Every colour is a multiple of 17 in each channel (`#rgb`); rounding the smoothed edges to such multiples too
    # keeps the image within one palette.
    smooth = canvas.reduce(GRID // PIXELS).point([(value + 8) // 17 * 17 for value in range(256)] * 4)
    return _png(smooth)


def _spans(points: tuple[Point, ...]) -> Iterator[tuple[int, int, int]]:
    """Yield `(left, right, y)` of each run of pixels within a polygon, by the even-odd rule.

    Pillow's own polygons are filled with floating-point numbers, whose rounding differs between processors.
    """
    edges = [(a, b) if a[1] < b[1] else (b, a) for a, b in pairwise((*points, points[0])) if a[1] != b[1]]
    for y in range(min(y for _, y in points), max(y for _, y in points)):
        # An edge is crossed at the middle of the row, y + 1/2; doubled, to stay with whole numbers.
        crossings = sorted(
            x0 + -((x0 - x1) * (2 * y + 1 - 2 * y0) // (2 * (y1 - y0))) for (x0, y0), (x1, y1) in edges if y0 <= y < y1
        )
        for left, right in zip(crossings[::2], crossings[1::2], strict=True):
            if left < right:
                yield left, right - 1, y


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = (int(digit, 16) * 17 for digit in colour[1:])
    return red, green, blue


def _png(image: Image.Image) -> bytes:
    """Write an RGBA image of at most 256 colours as an indexed PNG (W3C PNG specification, sections 5 and 11)."""
    pixels = image.tobytes()
    colours = [pixels[at : at + 4] for at in range(0, len(pixels), 4)]
    palette = sorted(set(colours))
    index = {colour: number for number, colour in enumerate(palette)}
    indexed = bytes(index[colour] for colour in colours)
    width, height = image.size
    rows = b"".join(b"\0" + indexed[row * width : (row + 1) * width] for row in range(height))
    stream = b"\x78\x01" + _deflate(rows) + zlib.adler32(rows).to_bytes(4)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", b"".join(colour[:3] for colour in palette)),
        (b"tRNS", b"".join(colour[3:] for colour in palette)),
        (b"IDAT", stream),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4) for name, body in chunks
    )


def _deflate(data: bytes) -> bytes:
    """Compress as one block with fixed Huffman codes (RFC 1951, section 3.2.6), always to the same bytes."""
    bits, size = 0b011, 3  # the last block; fixed codes
    out = bytearray()
    for value, width in _fixed_codes(data):
        bits |= value << size
        size += width
        while size >= 8:
            out.append(bits & 0xFF)
            bits >>= 8
            size -= 8
    if size:
        out.append(bits)
    return bytes(out)


def _fixed_codes(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield `(bits, how many)` for each literal, match and the end; a match is the last place with the same 3 bytes."""
    seen: dict[bytes, int] = {}
    at = 0
    while at < len(data):
        key = data[at : at + 3]
        before = seen.get(key, -32769) if len(key) == 3 else -32769
        seen[key] = at
        if at - before > 32768:
            yield _literal_or_length(data[at])
            at += 1
            continue
        length = 3
        while length < 258 and at + length < len(data) and data[before + length] == data[at + length]:
            length += 1
        symbol, extra, width = _bucket(length, LENGTHS)
        yield _literal_or_length(257 + symbol)
        yield extra, width
        symbol, extra, width = _bucket(at - before, DISTANCES)
        yield _reversed(symbol, 5), 5
        yield extra, width
        at += length
    yield _literal_or_length(256)


# First value and number of extra bits of each symbol (RFC 1951, section 3.2.5).
LENGTHS = (
    *((3 + n, 0) for n in range(4)),
    *((3 + ((4 + n % 4) << (n // 4 - 1)), n // 4 - 1) for n in range(4, 28)),
    (258, 0),
)
DISTANCES = ((1, 0), (2, 0), *((1 + ((2 + n % 2) << (n // 2 - 1)), n // 2 - 1) for n in range(2, 30)))


def _bucket(value: int, table: tuple[tuple[int, int], ...]) -> tuple[int, int, int]:
    """Return the symbol of a length or distance, the value of its extra bits, and how many these are."""
    symbol = bisect_right(table, value, key=lambda entry: entry[0]) - 1
    first, width = table[symbol]
    return symbol, value - first, width


def _literal_or_length(symbol: int) -> tuple[int, int]:
    if symbol < 144:
        return _reversed(0x30 + symbol, 8), 8
    if symbol < 256:
        return _reversed(0x190 + symbol - 144, 9), 9
    if symbol < 280:
        return _reversed(symbol - 256, 7), 7
    return _reversed(0xC0 + symbol - 280, 8), 8


def _reversed(code: int, width: int) -> int:
    """Return a Huffman code with its first bit lowest, as the stream wants it."""
    return int(f"{code:0{width}b}"[::-1], 2)
