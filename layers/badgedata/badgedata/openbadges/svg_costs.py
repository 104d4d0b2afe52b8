"""How much a viewer has to draw for a drawing: its parts as often as they are drawn, not as often as they are written.

``<use>`` copies a part, and a copy may hold copies. A pattern, a marker, a mask, a clipping path, and a filter are drawn
for each element that refers to them. The unit is what a rectangle costs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import unquote

from badgedata.openbadges.refusals import SourceRefused
from badgedata.openbadges.svg_names import DEFINITIONS
from badgedata.openbadges.svg_styles import Declaration

MOST_DRAWN: Final = 100_000
"""Chromium draws 100,000 rectangles in about a second."""

MOST_NESTED: Final = 50
MOST_STEPS: Final = 1_000_000

LAYER: Final = 10
"""A group that is drawn apart and then blended."""

DASHES: Final = 20
IMAGE: Final = 50
PRIMITIVE: Final = 250
"""A filter primitive goes over every pixel of its region."""

COSTLY_PRIMITIVES: Final = {"feMorphology": 20, "feConvolveMatrix": 8, "feTurbulence": 8}
"""How many usual primitives these are worth: their time grows with a radius, a matrix, or octaves."""

LIGHT_SOURCES_AND_PARTS: Final = frozenset(
    {"feDistantLight", "fePointLight", "feSpotLight", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feMergeNode"}
)
CHARACTERS_OF_A_SHAPE: Final = 200
GLYPHS_OF_A_SHAPE: Final = 20
LAYERS: Final = frozenset({"opacity", "mix-blend-mode", "isolation", "mask", "clip-path"})

type Kind = Literal["copy", "once", "each", "vertex"]


@dataclass
class Part:
    """One element as it is written, in document order.

    Parameters
    ----------
    tag, weight
        Its name, and what it costs to draw it alone.
    vertices
        At how many points it may draw a marker.
    references
        What it draws besides: ids, and how often.
    end
        The index of the first part after it and all that it holds.
    """

    tag: str
    weight: int = 1
    vertices: int = 0
    references: list[tuple[Kind, str]] = field(default_factory=list)
    end: int = 0


def add_declaration(part: Part, declaration: Declaration) -> None:
    """Add what one declaration makes a viewer draw."""
    part.weight += PRIMITIVE * declaration.filters
    if declaration.name in LAYERS and declaration.text not in ("1", "none", "normal", "auto"):
        part.weight += LAYER
    elif declaration.name == "stroke-dasharray" and declaration.text not in ("none", "0"):
        part.weight += DASHES
    kind = _kind(declaration.name)
    part.references += [(kind, target) for target in declaration.targets]


def own_weight(tag: str, shape: str) -> tuple[int, int]:
    """Return what an element costs without its styles, and its vertices; `shape` is its path or list of points."""
    if tag.startswith("fe"):
        usual = 0 if tag in LIGHT_SOURCES_AND_PARTS else PRIMITIVE
        return 1 + usual * COSTLY_PRIMITIVES.get(tag, 1), 0
    if tag in ("path", "polyline", "polygon"):
        return 1 + len(shape) // CHARACTERS_OF_A_SHAPE, 1 + len(shape) // 2  # the shortest vertex has two characters
    return (IMAGE if tag == "image" else 1), (2 if tag == "line" else 0)


def check_costs(parts: list[Part], ids: dict[str, int], document: str) -> int:
    """Return what a drawing costs.

    Parameters
    ----------
    parts
        Its elements; the first is the root.
    ids
        Where each id is among them.

    Raises
    ------
    SourceRefused
        ``bad-image`` where it draws more than 100,000 shapes, or copies that hold themselves.
    """
    return _Bill(parts, ids, document).cost(0, ())


def _kind(name: str) -> Kind:
    if name.startswith(("marker", "--")):
        return "vertex"
    return "once" if name in ("mask", "clip-path", "filter") else "each"


class _Bill:
    def __init__(self, parts: list[Part], ids: dict[str, int], document: str) -> None:
        self._parts, self._ids, self._document = parts, ids, document
        self._costs: dict[int, int] = {}
        self._plain: dict[int, tuple[int, int]] = {}
        self._steps = 0
        self._has_cut = False  # whether a circle was cut open since this was last set

    def cost(self, start: int, trail: tuple[int, ...]) -> int:
        """Add up a part and all that it holds, copies, and refers to."""
        if start in self._costs:
            return self._costs[start]
        self._check_depth(trail)
        had_cut, self._has_cut = self._has_cut, False
        inside = (*trail, start)
        total = 0
        for index in self._drawn(start):
            part = self._parts[index]
            total += part.weight
            for kind, target in part.references:
                at = self._find(target)
                if at is None or (kind == "vertex" and self._is_in_marker(inside)):
                    continue
                if at in inside:
                    if kind == "copy":
                        raise self._refused("its <use> elements copy each other in a circle")
                    self._has_cut = True  # viewers don't follow it; what was counted here is too little for elsewhere
                    continue
                total += self.cost(at, inside) * self._times(kind, index)
            if total > MOST_DRAWN:
                raise self._refused(f"it draws more than {MOST_DRAWN:,} shapes, its copies and patterns counted")
        if not self._has_cut:
            self._costs[start] = total
        self._has_cut = self._has_cut or had_cut
        return total

    def _times(self, kind: Kind, index: int) -> int:
        if kind in ("copy", "once"):
            return 1
        shapes, vertices = self._shapes(index, 0)
        return vertices if kind == "vertex" else shapes

    def _shapes(self, start: int, depth: int) -> tuple[int, int]:
        """Count the elements and vertices in a part that inherit what is said there, copies included."""
        if start in self._plain:
            return self._plain[start]
        if depth > MOST_NESTED:
            raise self._refused("its <use> elements copy each other in a circle")
        shapes = vertices = 0
        for index in self._drawn(start):
            part = self._parts[index]
            shapes, vertices = shapes + 1, vertices + part.vertices
            for kind, target in part.references:
                if kind == "copy" and (at := self._find(target)) is not None:
                    copied, copied_vertices = self._shapes(at, depth + 1)
                    shapes, vertices = shapes + copied, vertices + copied_vertices
        self._plain[start] = shapes, vertices
        return shapes, vertices

    def _drawn(self, start: int) -> Iterable[int]:
        """Yield a part and those in it, except definitions, which are drawn only where something refers to them."""
        index, end = start, self._parts[start].end
        while index < end:
            self._steps += 1
            if self._steps > MOST_STEPS:
                raise self._refused("its parts refer to each other too often")
            if index != start and self._parts[index].tag in DEFINITIONS:
                index = self._parts[index].end
                continue
            yield index
            index += 1

    def _find(self, target: str) -> int | None:
        found = self._ids.get(target)
        return self._ids.get(unquote(target)) if found is None else found

    def _is_in_marker(self, inside: tuple[int, ...]) -> bool:
        # What a marker draws has no markers of its own (SVG 2, section 13.7.1), so a rule may well match both.
        return any(self._parts[index].tag == "marker" for index in inside)

    def _check_depth(self, trail: tuple[int, ...]) -> None:
        if len(trail) > MOST_NESTED:
            raise self._refused(f"its copies and patterns are nested over {MOST_NESTED} deep")

    def _refused(self, reason: str) -> SourceRefused:
        return SourceRefused("bad-image", self._document, reason)
