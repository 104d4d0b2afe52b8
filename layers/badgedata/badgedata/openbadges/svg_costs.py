"""Compute the cost of drawing an SVG. The cost of drawing one rectangle is 1.

The cost of a part is counted each time the part is drawn. ``<use>`` copies a part, and the copy may contain further
copies. A pattern, marker, mask, clipping path, or filter is drawn for each element that refers to it.
"""

import math
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
MAX_DASHES: Final = 1_000_000
"""The maximum number of dashes along one outline. Chromium's graphics library, Skia, draws a solid line instead of more
dashes (SkDashPath.cpp, `kMaxDashCount`).
"""

MIN_DASH_LENGTH: Final = 1e-6
"""The length of a dash whose value is unknown, because it uses a function or a relative unit."""

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
VARIABLE: Final = re.compile(r"var\(--[^,()\s]*,?|\)")
RELATIVE: Final = re.compile(r"[\d.](?:%|(?!px|pt|pc|in|cm|mm|q\b)[a-df-z]|e(?![+-]?\d))", re.IGNORECASE)
"""A number with a unit that depends on the font or the view."""

REMOVED_FROM_URLS: Final = re.compile(r"[\t\n\r]")
CONTROLS: Final = "".join(map(chr, range(33)))
CONTEXT: Final = "context-"
"""The beginning of the paints ``context-fill`` and ``context-stroke`` (SVG 2, section 13.2)."""

NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.IGNORECASE)

OUTLINES: Final = {"line": ("x1", "y1", "x2", "y2")}
GEOMETRY: Final = {"width": 1, "height": 1, "r": 4, "rx": 2, "ry": 2, "font-size": 20}
"""The properties that define the outline of a shape, and how often each of them is part of the outline."""

TEXT_ELEMENTS: Final = frozenset({"text", "tspan", "textPath"})
UNKNOWN_LENGTH: Final = 1e9
TEXT_LENGTH: Final = 10_000
"""The assumed length of an outline of text."""

PAINTED_DEFINITIONS: Final = frozenset({"pattern", "marker", "mask"})
MAX_INHERITED: Final = 1_000_000

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
    size
        The sum of the numbers that define the outline. The outline is at most twice as long.
    references
        The IDs of other parts that the element draws, and the kind of each reference. The kind determines how
        many times the part is drawn.
    dash
        The mean length of the stroke's dashes, or 0 for a solid line. The element's content inherits this value.
    dash_variables, variables
        The custom properties in the value of ``stroke-dasharray``, and in the values of all properties.
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
    size: float = 0
    references: list[tuple[Kind, str]] = field(default_factory=list)
    dash: float = 0
    dash_variables: list[str] = field(default_factory=list)
    variables: list[str] = field(default_factory=list)
    is_in_context: bool = False
    has_variable_paint: bool = False
    end: int = 0

    def add_dash(self, dash: float) -> None:
        """Use a dash length, or 0 for none, if it is shorter than the current one."""
        if dash:
            self.dash = min(dash, self.dash or dash)


def add_declaration(part: Part, declaration: Declaration) -> None:
    """Add the cost of one declaration to a part."""
    name, text = declaration.name, declaration.text
    if not name.startswith("--"):
        part.weight += PRIMITIVE_COST * declaration.pixel_functions
        part.variables += declaration.uses
    if name in ("fill", "stroke"):
        part.is_in_context = part.is_in_context or CONTEXT in text.lower()
        part.has_variable_paint = part.has_variable_paint or bool(declaration.uses)
    elif name in GEOMETRY:
        part.size += GEOMETRY[name] * _length(text)
    elif name == "d":
        part.weight += len(text) // CHARACTERS_PER_SHAPE
        part.vertices += 1 + len(text) // 2
        part.size += _path_length(text)
    elif name == "stroke-dasharray":
        part.add_dash(_dash(text))
        part.dash_variables += declaration.uses
    if name in LAYERS and text not in ("1", "none", "normal", "auto"):
        part.weight += LAYERS[name]
    if declaration.targets:
        kind = _kind(name)
        part.references += [(kind, target) for target in declaration.targets]


def add_part(part: Part, added: Part) -> None:
    """Add the cost of declarations that `add_declaration` added to a `Part` without a tag."""
    part.weight += added.weight - 1
    part.vertices += added.vertices
    part.size += added.size
    part.references += added.references
    part.add_dash(added.dash)
    part.dash_variables += added.dash_variables
    part.variables += added.variables
    part.is_in_context = part.is_in_context or added.is_in_context
    part.has_variable_paint = part.has_variable_paint or added.has_variable_paint


def part_of(tag: str, attributes: Mapping[str, str]) -> Part:
    """Return the `Part` for an element. `add_declaration` adds the cost of its styles."""
    shape = attributes.get("d", "") if tag == "path" else attributes.get("points", "")
    if tag in ("path", "polyline", "polygon"):
        # A vertex takes at least two characters.
        part = Part(tag, 1 + len(shape) // CHARACTERS_PER_SHAPE, 1 + len(shape) // 2, _path_length(shape))
    elif tag.startswith("fe"):
        usual = 0 if tag in LIGHT_SOURCES_AND_PARTS else PRIMITIVE_COST
        part = Part(tag, 1 + usual * COSTLY_PRIMITIVES.get(tag, 1))
    else:
        shape = " ".join(attributes.get(name, "") for name in OUTLINES.get(tag, ()))
        size = TEXT_LENGTH if tag in TEXT_ELEMENTS else _length(shape)
        part = Part(tag, IMAGE_COST if tag == "image" else 1, 2 if tag == "line" else 0, size)
    # Dashes are relative to this length. An invalid one is ignored.
    length = attributes.get("pathLength", "").strip()
    if tag not in TEXT_ELEMENTS and NUMBER.fullmatch(length) and float(length) > 0:
        part.size = float(length)
    return part


def resolve_variables(parts: Iterable[Part], custom: Iterable[Declaration]) -> None:
    """Increase each part's cost by the maximum that the drawing's custom properties can add.

    If a custom property is defined several times, assume the most expensive definition. A variable paint may be
    ``context-fill`` if any custom property contains it.
    """
    variables = _VariableCosts(custom)
    for part in parts:
        part.weight += PRIMITIVE_COST * sum(map(variables.pixel_functions, part.variables))
        part.is_in_context = part.is_in_context or (part.has_variable_paint and variables.have_context)
        shortest = min([part.dash, *map(variables.dash, part.dash_variables)])
        part.dash = shortest if shortest < math.inf else 0


class _VariableCosts:
    """The custom properties of a drawing, including the properties that they use."""

    def __init__(self, custom: Iterable[Declaration]) -> None:
        self._definitions: dict[str, list[Declaration]] = {}
        for declaration in custom:
            self._definitions.setdefault(declaration.name, []).append(declaration)
        every = [declaration for found in self._definitions.values() for declaration in found]
        self.have_context = any(CONTEXT in declaration.text.lower() for declaration in every)
        self._has_pixel_functions = any(declaration.pixel_functions for declaration in every)
        self._pixel_functions: dict[str, int] = {}
        self._dashes: dict[str, float] = {}

    def pixel_functions(self, name: str, depth: int = 0) -> int:
        """Return the maximum number of filters and gradients in a property's value."""
        if not self._has_pixel_functions:
            return 0
        if depth > MAX_NESTING_DEPTH:
            return MAX_SHAPES
        if name not in self._pixel_functions:
            self._pixel_functions[name] = MAX_SHAPES  # for circular references
            values = (
                one.pixel_functions + sum(self.pixel_functions(used, depth + 1) for used in one.uses)
                for one in self._definitions.get(name, ())
            )
            self._pixel_functions[name] = min(max(values, default=0), MAX_SHAPES)
        return self._pixel_functions[name]

    def dash(self, name: str, depth: int = 0) -> float:
        """Return the minimum mean length of a dash in a property's value."""
        if depth > MAX_NESTING_DEPTH:
            return MIN_DASH_LENGTH
        if name not in self._dashes:
            self._dashes[name] = MIN_DASH_LENGTH  # for circular references
            self._dashes[name] = min(
                (
                    min([_dash(one.text) or math.inf, *(self.dash(used, depth + 1) for used in one.uses)])
                    for one in self._definitions.get(name, ())
                ),
                default=math.inf,
            )
        return self._dashes[name]


def inherit_into_definitions(parts: list[Part], document: str) -> None:
    """Add the inherited paints, markers, and dashes to patterns, markers, and masks.

    The content of these definitions inherits from the elements around the definition, not from the elements that use
    it.

    Raises
    ------
    SourceRejectedError
        ``bad-image`` if the definitions inherit more than a million references.
    """
    around: list[tuple[int, Part, list[tuple[Kind, str]]]] = []
    inherited = 0
    for index, part in enumerate(parts):
        while around and around[-1][0] <= index:
            around.pop()
        if part.tag in PAINTED_DEFINITIONS:
            for _, outer, references in around:
                inherited += len(references)
                if inherited > MAX_INHERITED:
                    raise SourceRejectedError("bad-image", document, "its patterns and markers inherit too many styles")
                part.references = list(dict.fromkeys((*part.references, *references)))
                part.is_in_context = part.is_in_context or outer.is_in_context
                part.add_dash(outer.dash)
        if part.references or part.dash or part.is_in_context:
            kinds = ("each", "vertex", "any")
            inheritable = list(dict.fromkeys(one for one in part.references if one[0] in kinds))
            around.append((part.end, part, inheritable))


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
    """Return the mean dash length in a ``stroke-dasharray`` value, or 0 for a solid line.

    Custom properties are ignored, except that a value that consists only of them is infinitely long.
    """
    plain = VARIABLE.sub(" ", text)
    if "(" in plain or RELATIVE.search(plain):
        return MIN_DASH_LENGTH
    lengths = _numbers(plain)
    if plain != text:  # a fallback may be used on its own
        return max(min(filter(None, lengths), default=math.inf), MIN_DASH_LENGTH)
    return max(sum(lengths) / len(lengths), MIN_DASH_LENGTH) if any(lengths) else 0


def _length(text: str) -> float:
    """Return an upper bound on the length in pixels of the outline that a value defines."""
    return UNKNOWN_LENGTH if "(" in text or RELATIVE.search(text) else sum(_numbers(text))


def _path_length(path: str) -> float:
    """Return half of an upper bound on the length of a path or polygon."""
    numbers = _numbers(path)
    # Each `z` draws a line back to the beginning.
    returns = path.count("z") + path.count("Z")
    # The sum is less than the length of an arc with these radii.
    return 2 * (sum(numbers) + returns * max(numbers, default=0))


def _numbers(text: str) -> list[float]:
    return [min(abs(float(number)), UNKNOWN_LENGTH) for number in NUMBER.findall(text)]


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
        self._costs: dict[tuple[int, bool], int] = {}
        self._plain: dict[int, tuple[int, int]] = {}
        self._dash_counts: dict[tuple[int, float], float] = {}
        self._copied: dict[int, list[int]] = {}
        self._steps = 0
        self._skipped_circle = False  # whether a circular reference was skipped since the last reset

    def cost(self, start: int, trail: tuple[int, ...]) -> int:
        """Return the cost of a part, including its content, copies, and references."""
        inside = (*trail, start)
        # Markers are not drawn within markers (SVG 2, section 13.7.1).
        is_in_marker = any(self._parts[index].tag == "marker" for index in inside)
        if (start, is_in_marker) in self._costs:
            return self._costs[start, is_in_marker]
        self._check_depth(trail)
        had_skipped, self._skipped_circle = self._skipped_circle, False
        total = 0
        for index in self._drawn(start):
            part = self._parts[index]
            total += part.weight
            if part.dash:
                total += int(self._dashes(index, part.dash, 0)) // DASHES_PER_SHAPE
            for kind, target in part.references:
                if kind == "vertex" and is_in_marker:
                    continue
                for at in self._find(target):
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
            self._costs[start, is_in_marker] = total
        self._skipped_circle = self._skipped_circle or had_skipped
        return total

    def _times(self, kind: Kind, index: int) -> int:
        if kind in ("copy", "once"):
            return 1
        shapes, vertices = self._shapes(index, 0)
        if kind == "vertex":
            return vertices
        # A marker may be filled like the element that uses it. A custom property may determine the fill or the marker.
        return shapes + vertices * max(self._shapes_in_context, kind == "any")

    @cached_property
    def _shapes_in_context(self) -> int:
        has_markers = any(kind in ("vertex", "any") for part in self._parts for kind, _ in part.references)
        in_context = (index for index, part in enumerate(self._parts) if part.is_in_context)
        return sum(self._shapes(index, 0)[0] for index in in_context) if has_markers else 0

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
            for at in self._copies(index):
                copied, copied_vertices = self._shapes(at, depth + 1)
                shapes, vertices = shapes + copied, vertices + copied_vertices
        self._plain[start] = shapes, vertices
        return shapes, vertices

    def _dashes(self, start: int, dash: float, depth: int) -> float:
        """Return an upper bound on the number of dashes along the outlines of a part, including its copies."""
        if (start, dash) in self._dash_counts:
            return self._dash_counts[start, dash]
        if depth > MAX_NESTING_DEPTH:
            raise self._rejected("its <use> elements contain a circular reference")
        dashes = 0.0
        for index in self._drawn(start):
            part = self._parts[index]
            dashes += min(2 * part.size / dash, MAX_DASHES)
            for at in self._copies(index):
                dashes += self._dashes(at, dash, depth + 1)
        self._dash_counts[start, dash] = dashes
        return dashes

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

    def _copies(self, index: int) -> list[int]:
        """Return the parts that a part copies."""
        references = self._parts[index].references
        if not references:
            return []
        if index not in self._copied:
            targets = (target for kind, target in references if kind == "copy")
            self._copied[index] = [at for target in targets for at in self._find(target)]
        return self._copied[index]

    def _find(self, target: str) -> Iterable[int]:
        """Return the parts that a reference may refer to. Viewers decode URLs, but not in the same way everywhere."""
        # The URL Standard removes these characters.
        stripped = REMOVED_FROM_URLS.sub("", target).strip(CONTROLS)
        names = dict.fromkeys((target, unquote(target), stripped, unquote(stripped)))
        return [self._ids[name] for name in names if name in self._ids]

    def _check_depth(self, trail: tuple[int, ...]) -> None:
        if len(trail) > MAX_NESTING_DEPTH:
            raise self._rejected(f"its copies and patterns are nested more than {MAX_NESTING_DEPTH} levels deep")

    def _rejected(self, reason: str) -> SourceRejectedError:
        return SourceRejectedError("bad-image", self._document, reason)
