"""What the badge and issuer images of the sample data look like: outlines, and signs in the middle of them."""

import base64
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from local.sample.drawing import GRID, Disc, Point, Polygon, Shape, draw_png, draw_svg

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
                yield from _mirrored(((40, 480), (230, 480), (290, 780), (190, 730), (110, 790)), look.accent)
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
    """Yield the sign in the middle in the look's colours, moved up where a ribbon hangs below."""
    lift = -70 if look.frame == "ribbon" else 0
    for shape in EMBLEMS[look.emblem]:
        fill = getattr(look, shape.fill)
        if isinstance(shape, Disc):
            yield Disc((shape.centre[0], shape.centre[1] + lift), shape.radius, fill)
        else:
            yield Polygon(tuple((x, y + lift) for x, y in shape.points), fill)


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


def _mirrored(points: Iterable[Point], fill: str) -> tuple[Polygon, Polygon]:
    """Return a polygon on either side of the middle; `points` are as far to the right of it as their x says."""
    left, right = (Polygon(tuple((CENTRE + side * x, y) for x, y in points), fill) for side in (-1, 1))
    return left, right


def _leaf() -> Polygon:
    waist = [(round(130 * math.sin(math.pi * step / 16)), 190 + 24 * step) for step in range(17)]
    return Polygon(tuple([(CENTRE + x, y) for x, y in waist] + [(CENTRE - x, y) for x, y in reversed(waist)]), "ink")


def _cog() -> Polygon:
    corners = ((164, -0.34), (214, -0.2), (214, 0.2), (164, 0.34))
    return Polygon(tuple(_polar(r, (tooth + at) * math.tau / 10) for tooth in range(10) for r, at in corners), "ink")


def _book(side: int) -> Iterator[Polygon]:
    """Yield a cover with three lines of text, on the left (-1) or the right (1) side."""
    cover = ((6, 290), (110, 250), (220, 270), (220, 540), (110, 522), (6, 560))
    yield Polygon(tuple((CENTRE + side * x, y) for x, y in cover), "ink")
    for y in (330, 390, 450):
        text = ((40, y), (184, y - 26), (184, y - 8), (40, y + 18))
        yield Polygon(tuple((CENTRE + side * dx, dy) for dx, dy in text), "accent")


BOLT = ((450, 170), (260, 430), (378, 430), (330, 630), (540, 350), (418, 350))
TICK = ((206, 410), (262, 350), (356, 444), (546, 244), (604, 302), (356, 566))

EMBLEMS: dict[Emblem, tuple[Shape, ...]] = {
    "star": (Polygon(_star(5, 220, 90), "ink"), Polygon(_star(5, 110, 46), "accent")),
    "flask": (
        Polygon(
            ((340, 200), (460, 200), (460, 340), (590, 570), (560, 610), (240, 610), (210, 570), (340, 340)), "ink"
        ),
        Polygon(((318, 430), (482, 430), (562, 568), (548, 584), (252, 584), (238, 568)), "accent"),
        _box(320, 180, 480, 220, "ink"),
        *(Disc((x, y), radius, "ink") for x, y, radius in ((360, 520, 28), (440, 480, 18), (470, 548, 14))),
    ),
    "leaf": (
        _leaf(),
        _box(393, 260, 407, 640, "accent"),
        *(
            vein
            for y in (360, 430, 500)
            for vein in _mirrored(((0, y), (70, y - 60), (70, y - 44), (0, y + 18)), "accent")
        ),
    ),
    "book": (*_book(-1), *_book(1)),
    "gear": (_cog(), Disc((CENTRE, CENTRE), 92, "accent"), Disc((CENTRE, CENTRE), 62, "face")),
    "bolt": (Polygon(tuple((x + 14, y + 14) for x, y in BOLT), "rim"), Polygon(BOLT, "accent")),
    "mountain": (
        Disc((520, 270), 52, "accent"),
        Polygon(((300, 250), (520, 560), (150, 560)), "ink"),
        Polygon(((480, 340), (640, 560), (330, 560)), "ink"),
        Polygon(((300, 250), (364, 340), (330, 360), (300, 330), (268, 366), (238, 340)), "accent"),
        Polygon(((480, 340), (560, 560), (430, 560)), "rim"),
    ),
    "bars": (
        *(
            _box(left, top, left + 70, 560, fill)
            for left, top, fill in ((222, 450, "ink"), (316, 370, "accent"), (410, 300, "ink"), (504, 210, "accent"))
        ),
        _box(200, 574, 600, 594, "ink"),
    ),
    "speech": (
        Polygon(((270, 480), (390, 480), (250, 620)), "ink"),
        *(Disc((x, 380), 136, "ink") for x in (310, 490)),
        _box(310, 244, 490, 516, "ink"),
        *(Disc((x, 380), 32, "accent") for x in (300, 400, 500)),
    ),
    "heart": (
        *(Disc((x, 336), 118, "ink") for x in (312, 488)),
        Polygon(((214, 402), (400, 330), (586, 402), (400, 620)), "ink"),
        Disc((336, 340), 38, "accent"),
    ),
    "compass": (
        Disc((CENTRE, CENTRE), 214, "ink"),
        Disc((CENTRE, CENTRE), 188, "face"),
        Polygon(((400, 222), (446, 400), (354, 400)), "accent"),
        Polygon(((400, 578), (446, 400), (354, 400)), "ink"),
        Disc((CENTRE, CENTRE), 22, "rim"),
    ),
    "check": (Polygon(tuple((x, y + 16) for x, y in TICK), "rim"), Polygon(TICK, "ink")),
    "rocket": (
        Polygon(((340, 540), (460, 540), (430, 590), (400, 660), (370, 590)), "accent"),
        *_mirrored(((70, 420), (150, 520), (150, 590), (60, 540)), "accent"),
        Polygon(
            (
                (400, 150),
                (456, 220),
                (484, 320),
                (484, 440),
                (460, 540),
                (340, 540),
                (316, 440),
                (316, 320),
                (344, 220),
            ),
            "ink",
        ),
        Disc((CENTRE, 340), 50, "rim"),
        Disc((CENTRE, 340), 34, "face"),
    ),
}
"""The shapes of each sign, the lowest first; each `fill` names one of a look's colours."""
