"""What the badge and issuer images of the sample data look like: outlines, and signs in the middle of them."""

import base64
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from local.sample_drawing import GRID, Disc, Point, Polygon, Shape, draw_png, draw_svg

CENTRE = GRID // 2

type Frame = Literal["round", "ribbon", "hexagon", "octagon", "shield", "rosette", "tile"]
type Emblem = Literal[
    "star", "flask", "leaf", "book", "gear", "bolt", "mountain", "bars", "speech", "heart", "compass", "check", "rocket"
]


@dataclass(frozen=True, slots=True)
class Look:
    """What an image looks like: its outline, the sign in its middle, and its colours as `#rgb`."""

    frame: Frame
    emblem: Emblem
    rim: str
    face: str
    ink: str = "#fff"
    accent: str = "#fc3"


@cache
def data_uri(look: Look, *, title: str = "", svg: bool = False) -> str:
    """Return the image as a `data:` URI: a PNG of 200 by 200 pixels, or an SVG with `title` as its title."""
    if svg:
        media_type, content = "image/svg+xml", draw_svg(shapes(look), title)
    else:
        media_type, content = "image/png", draw_png(shapes(look))
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"


def shapes(look: Look) -> Iterator[Shape]:
    """Yield the shapes of an image, the lowest first."""
    yield from _frame(look)
    yield from _emblem(look)


def _frame(look: Look) -> Iterator[Shape]:
    """Yield the outline: a rim, the face, and a thin ring of the accent colour."""
    match look.frame:
        case "round" | "ribbon":
            centre, size = (CENTRE, CENTRE), 390
            if look.frame == "ribbon":
                centre, size = (CENTRE, 330), 320
                for side in (-1, 1):
                    tail = ((40, 480), (230, 480), (290, 780), (190, 730), (110, 790))
                    yield Polygon(tuple((CENTRE + side * x, y) for x, y in tail), look.accent)
            yield Disc(centre, size, look.rim)
            yield Disc(centre, size - 34, look.face)
            yield Disc(centre, size - 56, look.accent)
            yield Disc(centre, size - 66, look.face)
        case "rosette":
            yield Polygon(_star(24, 394, 350), look.rim)
            yield Disc((CENTRE, CENTRE), 326, look.accent)
            yield Disc((CENTRE, CENTRE), 312, look.face)
        case "tile":
            for inset, fill in ((10, look.rim), (44, look.face)):
                yield from _rounded_square(inset, 110, fill)
        case _:
            for size, fill in ((394, look.rim), (354, look.face), (330, look.accent), (320, look.face)):
                yield Polygon(_outline(look.frame, size), fill)


def _outline(frame: Frame, size: int) -> tuple[Point, ...]:
    """Return the corners of a frame with straight sides, `size` from its middle to its corners."""
    if frame == "hexagon":
        return _star(6, size)
    if frame == "octagon":
        return _star(8, size, turn=math.pi / 8)
    shield = ((-86, -92), (0, -100), (86, -92), (84, 10), (66, 52), (36, 82), (0, 100), (-36, 82), (-66, 52), (-84, 10))
    return tuple((CENTRE + x * size // 100, CENTRE + y * size // 100) for x, y in shield)


def _emblem(look: Look) -> Iterator[Shape]:
    """Yield the sign in the middle, moved up where a ribbon hangs below."""
    lift = -70 if look.frame == "ribbon" else 0
    for shape in EMBLEMS[look.emblem](look):
        if isinstance(shape, Disc):
            yield Disc((shape.centre[0], shape.centre[1] + lift), shape.radius, shape.fill)
        else:
            yield Polygon(tuple((x, y + lift) for x, y in shape.points), shape.fill)


def _star_emblem(look: Look) -> Iterator[Shape]:
    yield Polygon(_star(5, 220, 90), look.ink)
    yield Polygon(_star(5, 110, 46), look.accent)


def _flask_emblem(look: Look) -> Iterator[Shape]:
    yield Polygon(
        ((340, 200), (460, 200), (460, 340), (590, 570), (560, 610), (240, 610), (210, 570), (340, 340)), look.ink
    )
    yield Polygon(((318, 430), (482, 430), (562, 568), (548, 584), (252, 584), (238, 568)), look.accent)
    yield _box(320, 180, 480, 220, look.ink)
    yield from (Disc((360, 520), 28, look.ink), Disc((440, 480), 18, look.ink), Disc((470, 548), 14, look.ink))


def _leaf_emblem(look: Look) -> Iterator[Shape]:
    waist = [round(130 * math.sin(math.pi * step / 16)) for step in range(17)]
    right = [(CENTRE + width, 190 + 24 * step) for step, width in enumerate(waist)]
    left = [(CENTRE - width, 190 + 24 * step) for step, width in reversed(list(enumerate(waist)))]
    yield Polygon(tuple(right + left), look.ink)
    yield _box(393, 260, 407, 640, look.accent)
    for y in (360, 430, 500):
        for side in (-1, 1):
            vein = ((0, y), (70 * side, y - 60), (70 * side, y - 44), (0, y + 18))
            yield Polygon(tuple((CENTRE + dx, dy) for dx, dy in vein), look.accent)


def _book_emblem(look: Look) -> Iterator[Shape]:
    for side in (-1, 1):
        cover = ((6, 290), (110, 250), (220, 270), (220, 540), (110, 522), (6, 560))
        yield Polygon(tuple((CENTRE + side * x, y) for x, y in cover), look.ink)
        for y in (330, 390, 450):
            text = ((40, y), (184, y - 26), (184, y - 8), (40, y + 18))
            yield Polygon(tuple((CENTRE + side * dx, dy) for dx, dy in text), look.accent)


def _gear_emblem(look: Look) -> Iterator[Shape]:
    corners = []
    for tooth in range(10):
        for radius, part in ((164, -0.34), (214, -0.2), (214, 0.2), (164, 0.34)):
            corners.append(_polar(radius, (tooth + part) * math.tau / 10))
    yield Polygon(tuple(corners), look.ink)
    yield Disc((CENTRE, CENTRE), 92, look.accent)
    yield Disc((CENTRE, CENTRE), 62, look.face)


def _bolt_emblem(look: Look) -> Iterator[Shape]:
    bolt = ((450, 170), (260, 430), (378, 430), (330, 630), (540, 350), (418, 350))
    yield Polygon(tuple((x + 14, y + 14) for x, y in bolt), look.rim)
    yield Polygon(bolt, look.accent)


def _mountain_emblem(look: Look) -> Iterator[Shape]:
    yield Disc((520, 270), 52, look.accent)
    yield Polygon(((300, 250), (520, 560), (150, 560)), look.ink)
    yield Polygon(((480, 340), (640, 560), (330, 560)), look.ink)
    yield Polygon(((300, 250), (364, 340), (330, 360), (300, 330), (268, 366), (238, 340)), look.accent)
    yield Polygon(((480, 340), (560, 560), (430, 560)), look.rim)


def _bars_emblem(look: Look) -> Iterator[Shape]:
    for number, top in enumerate((450, 370, 300, 210)):
        left = 222 + number * 94
        yield _box(left, top, left + 70, 560, look.accent if number % 2 else look.ink)
    yield _box(200, 574, 600, 594, look.ink)


def _speech_emblem(look: Look) -> Iterator[Shape]:
    yield Polygon(((270, 480), (390, 480), (250, 620)), look.ink)
    for x in (310, 490):
        yield Disc((x, 380), 136, look.ink)
    yield _box(310, 244, 490, 516, look.ink)
    for x in (300, 400, 500):
        yield Disc((x, 380), 32, look.accent)


def _heart_emblem(look: Look) -> Iterator[Shape]:
    for x in (312, 488):
        yield Disc((x, 336), 118, look.ink)
    yield Polygon(((214, 402), (400, 330), (586, 402), (400, 620)), look.ink)
    yield Disc((336, 340), 38, look.accent)


def _compass_emblem(look: Look) -> Iterator[Shape]:
    yield Disc((CENTRE, CENTRE), 214, look.ink)
    yield Disc((CENTRE, CENTRE), 188, look.face)
    yield Polygon(((400, 222), (446, 400), (354, 400)), look.accent)
    yield Polygon(((400, 578), (446, 400), (354, 400)), look.ink)
    yield Disc((CENTRE, CENTRE), 22, look.rim)


def _check_emblem(look: Look) -> Iterator[Shape]:
    tick = ((206, 410), (262, 350), (356, 444), (546, 244), (604, 302), (356, 566))
    yield Polygon(tuple((x, y + 16) for x, y in tick), look.rim)
    yield Polygon(tick, look.ink)


def _rocket_emblem(look: Look) -> Iterator[Shape]:
    yield Polygon(((340, 540), (460, 540), (430, 590), (400, 660), (370, 590)), look.accent)
    for side in (-1, 1):
        yield Polygon(
            tuple((CENTRE + side * x, y) for x, y in ((70, 420), (150, 520), (150, 590), (60, 540))), look.accent
        )
    yield Polygon(
        ((400, 150), (456, 220), (484, 320), (484, 440), (460, 540), (340, 540), (316, 440), (316, 320), (344, 220)),
        look.ink,
    )
    yield Disc((CENTRE, 340), 50, look.rim)
    yield Disc((CENTRE, 340), 34, look.face)


EMBLEMS = {
    "star": _star_emblem,
    "flask": _flask_emblem,
    "leaf": _leaf_emblem,
    "book": _book_emblem,
    "gear": _gear_emblem,
    "bolt": _bolt_emblem,
    "mountain": _mountain_emblem,
    "bars": _bars_emblem,
    "speech": _speech_emblem,
    "heart": _heart_emblem,
    "compass": _compass_emblem,
    "check": _check_emblem,
    "rocket": _rocket_emblem,
}


def _polar(radius: int, angle: float) -> Point:
    """Return the grid point at `angle` (radians clockwise from the top) and `radius` from the middle."""
    return round(CENTRE + radius * math.sin(angle)), round(CENTRE - radius * math.cos(angle))


def _star(corners: int, outer: int, inner: int | None = None, turn: float = 0.0) -> tuple[Point, ...]:
    """Return a star with `corners` points, or without `inner` a regular polygon."""
    step = math.tau / corners
    points = []
    for corner in range(corners):
        points.append(_polar(outer, turn + corner * step))
        if inner is not None:
            points.append(_polar(inner, turn + (corner + 0.5) * step))
    return tuple(points)


def _box(left: int, top: int, right: int, bottom: int, fill: str) -> Polygon:
    return Polygon(((left, top), (right, top), (right, bottom), (left, bottom)), fill)


def _rounded_square(inset: int, radius: int, fill: str) -> Iterator[Shape]:
    low, high = inset, GRID - inset
    yield _box(low + radius, low, high - radius, high, fill)
    yield _box(low, low + radius, high, high - radius, fill)
    for x in (low + radius, high - radius):
        for y in (low + radius, high - radius):
            yield Disc((x, y), radius, fill)
