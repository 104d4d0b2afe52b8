"""Draw the images for the sample data. ``images.toml`` defines the frames and emblems."""

import base64
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import msgspec
from PIL import Image, ImageDraw

GRID = 800  # the width and height of the grid that shapes are drawn on
PIXELS = 200  # the width and height of the PNG, which is scaled down from the grid

DRAWINGS = msgspec.toml.decode(Path(__file__).with_suffix(".toml").read_bytes(), type=dict[str, dict[str, list[str]]])
FRAMES, EMBLEMS = DRAWINGS["frames"], DRAWINGS["emblems"]


class Look(NamedTuple):
    """An image's frame, emblem, and colors (as `#rgb`)."""

    frame: str
    emblem: str
    rim: str
    face: str
    ink: str = "#fff"
    accent: str = "#fc3"


class Shape(NamedTuple):
    """A polygon or, if `points` contains only a center, a circle. `fill` is a color as `#rgb`."""

    fill: str
    points: tuple[tuple[int, int], ...]
    radius: int = 0


@cache
def data_uri(look: Look, *, title: str = "", svg: bool = False) -> str:
    """Return an image as a `data:` URI: a 200 × 200 pixel PNG or, if `svg` is true, an SVG with a title."""
    media_type, content = ("svg+xml", draw_svg(shapes(look), title)) if svg else ("png", draw_png(shapes(look)))
    return f"data:image/{media_type};base64,{base64.b64encode(content).decode('ascii')}"


def shapes(look: Look) -> Iterator[Shape]:
    """Yield the shapes of an image from back to front."""
    lift = 70 if look.frame == "ribbon" else 0  # the emblem is in the disc, above the ribbon's ends
    for description, up in [(text, 0) for text in FRAMES[look.frame]] + [(text, lift) for text in EMBLEMS[look.emblem]]:
        color, *numbers = description.split()
        radius = 0 if "," in numbers[-1] else int(numbers.pop())
        corners = (number.split(",") for number in numbers)
        yield Shape(getattr(look, color), tuple((int(x), int(y) - up) for x, y in corners), radius)


def draw_svg(shapes: Iterable[Shape], title: str) -> bytes:
    """Draw shapes from back to front as an SVG. Sanitizing doesn't change the SVG."""
    elements = "".join(
        f'<circle cx="{points[0][0]}" cy="{points[0][1]}" r="{radius}" fill="{fill}"></circle>'
        if radius
        else f'<polygon points="{" ".join(f"{x},{y}" for x, y in points)}" fill="{fill}"></polygon>'
        for fill, points, radius in shapes
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f' viewBox="0 0 {GRID} {GRID}" width="{PIXELS}" height="{PIXELS}">'
        f"<title>{escape(title)}</title>{elements}</svg>"
    ).encode()


def draw_png(shapes: Iterable[Shape]) -> bytes:
    """Draw shapes from back to front as a PNG with a transparent background."""
    canvas = Image.new("RGBA", (GRID, GRID))
    draw = ImageDraw.Draw(canvas)
    for fill, points, radius in shapes:
        if radius:
            draw.circle(points[0], radius, fill)
        else:
            draw.polygon(points, fill)
    # Colors are multiples of 17 in each channel (`#rgb`). If smoothed edges also use such colors, the file is small.
    smooth = canvas.reduce(GRID // PIXELS).point([(value + 8) // 17 * 17 for value in range(256)] * 4)
    file = BytesIO()
    smooth.save(file, "PNG", optimize=True)
    return file.getvalue()
