"""Draw flat shapes as a PNG or SVG, to the same bytes on any machine.

Whole numbers only: floating-point numbers round differently between processors. A PNG is compressed by Huffman codes
alone, because each of zlib's implementations (zlib, zlib-ng, ...) finds other matches in the same pixels.
"""

import struct
import zlib
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
    rows = [indexed[at : at + width] for at in range(0, len(indexed), width)]
    # Each row as its difference from the one above (the filter "Up", section 9.2), which is mostly zeros.
    filtered = b"".join(
        b"\2" + bytes((value - above) & 0xFF for value, above in zip(row, row_above, strict=True))
        for row, row_above in zip(rows, [bytes(width), *rows[:-1]], strict=True)
    )
    deflate = zlib.compressobj(9, memLevel=9, strategy=zlib.Z_HUFFMAN_ONLY)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", b"".join(colour[:3] for colour in palette)),
        (b"tRNS", b"".join(colour[3:] for colour in palette)),
        (b"IDAT", deflate.compress(filtered) + deflate.flush()),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(body).to_bytes(4) + name + body + zlib.crc32(name + body).to_bytes(4) for name, body in chunks
    )
