"""Draw the badge and issuer images of the sample data: an outline with an emblem in the middle."""

import base64
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageDraw

GRID = 800  # shapes are drawn on an 800 by 800 grid,
PIXELS = 200  # which is then smoothed to this many pixels
MIDDLE = GRID // 2

SHIELD = ((-86, -92), (0, -100), (86, -92), (84, 10), (66, 52), (36, 82), (0, 100), (-36, 82), (-66, 52), (-84, 10))
EMBLEMS = {
    "star": """
    ink 400,180 453,327 609,332 486,428 529,578 400,490 271,578 314,428 191,332 347,327
    accent 400,290 427,363 505,366 444,414 465,489 400,446 335,489 356,414 295,366 373,363""",
    "flask": """
    ink 340,180 460,180 460,340 590,570 560,610 240,610 210,570 340,340
    accent 318,430 482,430 562,568 548,584 252,584 238,568
    ink 320,180 480,180 480,220 320,220
    ink 360,520 28
    ink 440,480 18
    ink 470,548 14""",
    "leaf": """
    ink 400,190 450,238 500,300 528,358 528,406 500,464 450,526 400,574 350,526 300,464 272,406 272,358 300,300 350,238
    accent 393,260 407,260 407,640 393,640
    accent 330,300 400,360 470,300 470,316 400,378 330,316
    accent 330,370 400,430 470,370 470,386 400,448 330,386
    accent 330,440 400,500 470,440 470,456 400,518 330,456""",
    "book": """
    ink 400,300 290,250 180,270 180,540 290,522 400,560 510,522 620,540 620,270 510,250
    accent 216,304 360,330 360,348 216,322
    accent 216,384 360,410 360,428 216,402
    accent 584,304 440,330 440,348 584,322
    accent 584,384 440,410 440,428 584,402
    rim 396,300 404,300 404,556 396,556""",
    "gear": """
    ink 400,400 170
    ink 360,180 440,180 440,620 360,620
    ink 180,360 620,360 620,440 180,440
    ink 273,584 216,527 527,216 584,273
    ink 527,584 584,527 273,216 216,273
    accent 400,400 92
    face 400,400 62""",
    "bolt": """
    rim 464,184 274,444 392,444 344,644 554,364 432,364
    accent 450,170 260,430 378,430 330,630 540,350 418,350""",
    "mountain": """
    accent 520,270 52
    ink 300,250 520,560 150,560
    ink 480,340 640,560 330,560
    accent 300,250 364,340 330,360 300,330 268,366 238,340
    rim 480,340 560,560 430,560""",
    "bars": """
    ink 222,450 292,450 292,560 222,560
    accent 316,370 386,370 386,560 316,560
    ink 410,300 480,300 480,560 410,560
    accent 504,210 574,210 574,560 504,560
    ink 200,574 600,574 600,594 200,594""",
    "speech": """
    ink 270,480 390,480 250,620
    ink 310,380 136
    ink 490,380 136
    ink 310,244 490,244 490,516 310,516
    accent 300,380 32
    accent 400,380 32
    accent 500,380 32""",
    "heart": """
    ink 312,336 118
    ink 488,336 118
    ink 214,402 400,330 586,402 400,620
    accent 336,340 38""",
    "compass": """
    ink 400,400 214
    face 400,400 188
    accent 400,222 446,400 354,400
    ink 400,578 446,400 354,400
    rim 400,400 22""",
    "check": """
    rim 206,426 262,366 356,460 546,260 604,318 356,582
    ink 206,410 262,350 356,444 546,244 604,302 356,566""",
    "rocket": """
    accent 340,540 460,540 430,590 400,660 370,590
    accent 330,420 250,520 250,590 340,540
    accent 470,420 550,520 550,590 460,540
    ink 400,150 456,220 484,320 484,440 460,540 340,540 316,440 316,320 344,220
    rim 400,340 50
    face 400,340 34""",
}
"""The shapes of each emblem, bottom first: one of a look's colors, then corners, or a center and a radius."""

type Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Look:
    """The look of an image: its outline, its emblem, and its colors as `#rgb`."""

    frame: str
    emblem: str
    rim: str
    face: str
    ink: str = "#fff"
    accent: str = "#fc3"


class Shape(NamedTuple):
    """A polygon, or a circle around its only point. `fill` is a color as `#rgb`."""

    fill: str
    points: tuple[Point, ...]
    radius: int = 0


@cache
def data_uri(look: Look, *, title: str = "", svg: bool = False) -> str:
    """Return the image as a `data:` URI: a 200 by 200 pixel PNG, or an SVG titled `title`."""
    if svg:
        media_type, content = "image/svg+xml", draw_svg(shapes(look), title)
    else:
        media_type, content = "image/png", draw_png(shapes(look))
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"


def draw_svg(shapes: Iterable[Shape], title: str) -> bytes:
    """Draw shapes, bottom first, as an SVG document in UTF-8, in the form that loading would clean it to."""
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
    """Draw shapes, bottom first, as a PNG with a transparent background."""
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


def shapes(look: Look) -> Iterator[Shape]:
    """Yield the shapes of an image, bottom first."""
    yield from _frame(look)
    lift = 70 if look.frame == "ribbon" else 0  # the emblem is in the disc, above the ribbon's ends
    for line in EMBLEMS[look.emblem].strip().splitlines():
        color, *numbers = line.split()
        points = [number.split(",") for number in numbers if "," in number]
        radius = int(numbers[-1]) if len(points) < len(numbers) else 0
        yield Shape(getattr(look, color), tuple((int(x), int(y) - lift) for x, y in points), radius)


def _frame(look: Look) -> Iterator[Shape]:
    """Yield the outline: a rim, the face, and a thin ring in the accent color."""
    layers = (look.rim, look.face, look.accent, look.face)
    match look.frame:
        case "round":
            yield from _discs(layers, (MIDDLE, MIDDLE), (390, 356, 334, 324))
        case "ribbon":
            for side in (-1, 1):
                end = ((40, 480), (230, 480), (290, 780), (190, 730), (110, 790))
                yield Shape(look.accent, tuple((MIDDLE + side * x, y) for x, y in end))
            yield from _discs(layers, (MIDDLE, 330), (320, 286, 264, 254))
        case "rosette":
            yield Shape(look.rim, _star(24, 394, 350))
            yield from _discs((look.accent, look.face), (MIDDLE, MIDDLE), (326, 312))
        case "tile":
            for fill, inset in ((look.rim, 10), (look.face, 44)):
                low, high = inset + 110, GRID - inset - 110
                corners = ((low, low), (high, low), (high, high), (low, high))
                for corner in corners:
                    yield Shape(fill, (corner,), 110)
                yield Shape(fill, ((low, inset), (high, inset), (high, GRID - inset), (low, GRID - inset)))
                yield Shape(fill, ((inset, low), (GRID - inset, low), (GRID - inset, high), (inset, high)))
        case "shield":
            for fill, size in zip(layers, (394, 354, 330, 320), strict=True):
                yield Shape(fill, tuple((MIDDLE + x * size // 100, MIDDLE + y * size // 100) for x, y in SHIELD))
        case _:
            corner_count = {"hexagon": 6, "octagon": 8}[look.frame]
            for fill, size in zip(layers, (394, 354, 330, 320), strict=True):
                yield Shape(fill, _star(corner_count, size))


def _discs(fills: Iterable[str], center: Point, radii: Iterable[int]) -> Iterator[Shape]:
    for fill, radius in zip(fills, radii, strict=True):
        yield Shape(fill, (center,), radius)


def _star(corners: int, outer: int, inner: int = 0) -> tuple[Point, ...]:
    """Return a star around the middle of the grid or, without `inner`, a regular polygon."""
    radii = (outer, inner) if inner else (outer,)
    turns = [(radius, math.tau * number / (corners * len(radii))) for number, radius in enumerate(radii * corners)]
    return tuple((round(MIDDLE + r * math.sin(turn)), round(MIDDLE - r * math.cos(turn))) for r, turn in turns)
