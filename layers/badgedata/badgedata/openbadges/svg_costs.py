"""Compute the cost of drawing an SVG. The cost of drawing one rectangle is 1.

The cost of a part is counted each time the part is drawn. ``<use>`` copies a part, and the copy may contain further
copies. A pattern, marker, mask, clipping path, or filter is drawn for each element that refers to it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal
from urllib.parse import unquote

from badgedata.openbadges.rejections import SourceRejectedError
from badgedata.openbadges.svg_parsing import DEFINITIONS
from badgedata.openbadges.svg_styles import Declaration

MAX_SHAPES: Final = 100_000
"""The maximum cost of a drawing. Chromium draws 100,000 rectangles in about a second."""

MAX_NESTING_DEPTH: Final = 50
MAX_STEPS: Final = 1_000_000

LAYERS: Final = {"opacity": 10, "mix-blend-mode": 10, "isolation": 10, "clip-path": 10, "mask": 30}
"""The cost of properties that cause a group to be drawn separately and then blended."""

DASHES_PER_SHAPE: Final = 200
MAX_OUTLINE_LENGTH: Final = 1e9
VARIABLE_DASH: Final = -1.0
MIN_DASH_LENGTH: Final = 1e-6
IMAGE_COST: Final = 50
PRIMITIVE_COST: Final = 250
"""The cost of a filter primitive, which processes every pixel in its region."""

COSTLY_PRIMITIVES: Final = {"feMorphology": 40, "feConvolveMatrix": 40, "feTurbulence": 8}
"""The costs of slow filter primitives, relative to an ordinary primitive. The actual costs depend on the radius, the
matrix, or the number of octaves.
"""

LIGHT_SOURCES_AND_PARTS: Final = frozenset(
    {"feDistantLight", "fePointLight", "feSpotLight", "feFuncA", "feFuncB", "feFuncG", "feFuncR", "feMergeNode"}
)
CHARACTERS_PER_SHAPE: Final = 200
GLYPHS_PER_SHAPE: Final = 20
STOPS_PER_SHAPE: Final = 16
GRADIENTS: Final = frozenset({"linearGradient", "radialGradient"})
CONTEXT: Final = "context-"
"""The beginning of the paints ``context-fill`` and ``context-stroke`` (SVG 2, section 13.2)."""

NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)

OUTLINES: Final = {
    "rect": ("width", "height"),
    "circle": ("r", "r", "r", "r"),
    "ellipse": ("rx", "rx", "ry", "ry"),
    "line": ("x1", "y1", "x2", "y2"),
    "text": ("textLength",),
}

type Kind = Literal["copy", "once", "each", "vertex", "any"]


@dataclass
class Part:
    """One SVG element, and the values that determine its cost.

    Parameters
    ----------
    tag, weight
        The element's name, and the cost of drawing it without its content.
    vertices
        The number of points where the element may draw a marker.
    shape
        The attribute values that define the outline. The outline's length is at most twice the sum of the numbers in
        these values.
    references
        The IDs of other parts that the element draws, and the kind of each reference. The kind determines how
        many times the part is drawn.
    dash
        The mean length of the stroke's dashes. 0 for a solid line, or `VARIABLE_DASH` if a custom property determines
        the length. The element's content inherits this value.
    filter_variables
        The number of custom properties in the value of ``filter``.
    is_in_context
        Whether the element is filled or stroked like the element that uses it as a marker. The element's content
        inherits this value.
    has_variable_paint
        Whether a custom property determines how the element is filled or stroked.
    end
        The index of the first part after the element and its content.
    """

    tag: str
    weight: int = 1
    vertices: int = 0
    shape: str = ""
    references: list[tuple[Kind, str]] = field(default_factory=list)
    dash: float = 0
    filter_variables: int = 0
    is_in_context: bool = False
    has_variable_paint: bool = False
    end: int = 0


def add_declaration(part: Part, declaration: Declaration) -> None:
    """Add the cost of one declaration to a part."""
    if declaration.name == "filter":
        part.weight += PRIMITIVE_COST * declaration.functions
        part.filter_variables += len(declaration.uses)
    elif declaration.name in ("fill", "stroke"):
        part.is_in_context = part.is_in_context or CONTEXT in declaration.text.lower()
        part.has_variable_paint = part.has_variable_paint or bool(declaration.uses)
    if declaration.name in LAYERS and declaration.text not in ("1", "none", "normal", "auto"):
        part.weight += LAYERS[declaration.name]
    elif declaration.name == "stroke-dasharray" and (dash := _dash(declaration.text)):
        part.dash = min(dash, part.dash or dash)  # VARIABLE_DASH (negative) if there is one, or else the shortest
    if declaration.targets:
        kind = _kind(declaration.name)
        part.references += [(kind, target) for target in declaration.targets]


def part_of(tag: str, attributes: Mapping[str, str]) -> Part:
    """Return the `Part` for an element. `add_declaration` adds the cost of its styles."""
    shape = attributes.get("d", "") if tag == "path" else attributes.get("points", "")
    if tag in ("path", "polyline", "polygon"):
        # A vertex takes at least two characters.
        part = Part(tag, 1 + len(shape) // CHARACTERS_PER_SHAPE, 1 + len(shape) // 2, shape)
    elif tag.startswith("fe"):
        usual = 0 if tag in LIGHT_SOURCES_AND_PARTS else PRIMITIVE_COST
        part = Part(tag, 1 + usual * COSTLY_PRIMITIVES.get(tag, 1))
    else:
        shape = " ".join(attributes.get(name, "") for name in OUTLINES.get(tag, ()))
        part = Part(tag, IMAGE_COST if tag == "image" else 1, 2 if tag == "line" else 0, shape)
    if (length := attributes.get("pathLength")) is not None:
        part.shape = length
    return part


def resolve_variables(parts: Iterable[Part], custom: Iterable[Declaration]) -> None:
    """Increase each part's cost to the maximum that the drawing's custom properties can cause.

    The worst case is assumed: a variable filter uses the functions of all custom properties, a variable dash is the
    shortest dash in any custom property, and a variable paint is ``context-fill`` if any custom property contains it.
    """
    functions, shortest, has_context = 0, 1.0, False
    for declaration in custom:
        functions += max(declaration.functions, 1)
        has_context = has_context or CONTEXT in declaration.text.lower()
        lengths = [abs(float(number)) for number in NUMBER.findall(declaration.text)]
        shortest = min([shortest, *(length for length in lengths if length)])
        if declaration.functions:
            shortest = MIN_DASH_LENGTH
    for part in parts:
        part.weight += PRIMITIVE_COST * part.filter_variables * functions
        part.is_in_context = part.is_in_context or (part.has_variable_paint and has_context)
        if part.dash == VARIABLE_DASH:
            part.dash = max(shortest, MIN_DASH_LENGTH)


def check_costs(parts: list[Part], ids: dict[str, int], document: str) -> int:
    """Return the cost of a drawing.

    Parameters
    ----------
    parts
        The drawing's elements. The first one is the root.
    ids
        A mapping from element IDs to indexes in `parts`.

    Raises
    ------
    SourceRejectedError
        ``bad-image`` if the drawing has more than 100,000 shapes (including copies), too many references, copies or
        patterns that are nested too deeply, or ``<use>`` elements with a circular reference.
    """
    return _CostCounter(parts, ids, document).cost(0, ())


def _dash(text: str) -> float:
    """Return the mean dash length in a ``stroke-dasharray`` value, or 0 for a solid line."""
    if "var(" in text:
        return VARIABLE_DASH
    if "(" in text:
        return MIN_DASH_LENGTH
    lengths = [abs(float(number)) for number in NUMBER.findall(text)]
    return max(sum(lengths) / len(lengths), MIN_DASH_LENGTH) if any(lengths) else 0


def _kind(name: str) -> Kind:
    if name.startswith("--"):
        return "any"
    if name.startswith("marker"):
        return "vertex"
    return "once" if name in ("mask", "clip-path", "filter") else "each"


class _CostCounter:
    """A counter for the total cost of a drawing, including copies of its parts."""

    def __init__(self, parts: list[Part], ids: dict[str, int], document: str) -> None:
        self._parts, self._ids, self._document = parts, ids, document
        self._costs: dict[int, int] = {}
        self._plain: dict[int, tuple[int, int]] = {}
        self._lengths: dict[int, float] = {}
        self._steps = 0
        self._skipped_circle = False  # whether a circular reference was skipped since the last reset

    def cost(self, start: int, trail: tuple[int, ...]) -> int:
        """Return the cost of a part, including its content, copies, and references."""
        if start in self._costs:
            return self._costs[start]
        self._check_depth(trail)
        had_skipped, self._skipped_circle = self._skipped_circle, False
        inside = (*trail, start)
        total = 0
        for index in self._drawn(start):
            part = self._parts[index]
            total += part.weight
            if part.dash:
                total += int(self._length(index, 0) / part.dash) // DASHES_PER_SHAPE
            for kind, target in part.references:
                at = self._find(target)
                if at is None or (kind == "vertex" and self._is_in_marker(inside)):
                    continue
                if at in inside:
                    if kind == "copy":
                        raise self._rejected("its <use> elements contain a circular reference")
                    self._skipped_circle = True  # viewers ignore the reference here, but not elsewhere
                    continue
                cost = self.cost(at, inside)
                if self._parts[at].tag in GRADIENTS:
                    cost //= STOPS_PER_SHAPE
                total += cost * self._times(kind, index)
            if total > MAX_SHAPES:
                raise self._rejected(f"it draws more than {MAX_SHAPES:,} shapes, including copies and patterns")
        if not self._skipped_circle:
            self._costs[start] = total
        self._skipped_circle = self._skipped_circle or had_skipped
        return total

    def _times(self, kind: Kind, index: int) -> int:
        if kind in ("copy", "once"):
            return 1
        shapes, vertices = self._shapes(index, 0)
        if kind == "vertex":
            return vertices
        # A marker may be filled like the element that uses it.
        return shapes + vertices * (self._shapes_in_context if kind == "each" else 1)

    @cached_property
    def _shapes_in_context(self) -> int:
        return sum(self._shapes(index, 0)[0] for index, part in enumerate(self._parts) if part.is_in_context)

    def _shapes(self, start: int, depth: int) -> tuple[int, int]:
        """Count the elements and the vertices that inherit a part's style, including copies."""
        if start in self._plain:
            return self._plain[start]
        if depth > MAX_NESTING_DEPTH:
            raise self._rejected("its <use> elements contain a circular reference")
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

    def _length(self, start: int, depth: int) -> float:
        """Return an upper bound on the total outline length of a part, including copies."""
        if start in self._lengths:
            return self._lengths[start]
        if depth > MAX_NESTING_DEPTH:
            raise self._rejected("its <use> elements contain a circular reference")
        length = 0.0
        for index in self._drawn(start):
            part = self._parts[index]
            length += 2 * min(sum(abs(float(number)) for number in NUMBER.findall(part.shape)), MAX_OUTLINE_LENGTH)
            for kind, target in part.references:
                if kind == "copy" and (at := self._find(target)) is not None:
                    length += self._length(at, depth + 1)
        self._lengths[start] = length
        return length

    def _drawn(self, start: int) -> Iterable[int]:
        """Yield the indexes of a part and the parts within it.

        Definitions are omitted, because they aren't drawn in place.
        """
        index, end = start, self._parts[start].end
        while index < end:
            self._steps += 1
            if self._steps > MAX_STEPS:
                raise self._rejected("its elements refer to each other too many times")
            if index != start and self._parts[index].tag in DEFINITIONS:
                index = self._parts[index].end
                continue
            yield index
            index += 1

    def _find(self, target: str) -> int | None:
        index = self._ids.get(target)
        return self._ids.get(unquote(target)) if index is None else index

    def _is_in_marker(self, inside: tuple[int, ...]) -> bool:
        # A style rule may match the content of a marker, but markers are not drawn there (SVG 2, section 13.7.1).
        return any(self._parts[index].tag == "marker" for index in inside)

    def _check_depth(self, trail: tuple[int, ...]) -> None:
        if len(trail) > MAX_NESTING_DEPTH:
            raise self._rejected(f"its copies and patterns are nested more than {MAX_NESTING_DEPTH} levels deep")

    def _rejected(self, reason: str) -> SourceRejectedError:
        return SourceRejectedError("bad-image", self._document, reason)
