"""Rewrite an SVG so that it contains only allowed elements and attributes, and no scripts or external references."""

import base64
import binascii
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes

from badgedata.openbadges.baked_images import BADGE_ELEMENTS
from badgedata.openbadges.image_kinds import SVG
from badgedata.openbadges.notices import Losses, Notice
from badgedata.openbadges.raster_images import MAX_PIXELS, without_metadata
from badgedata.openbadges.rejections import SourceRejectedError
from badgedata.openbadges.svg_costs import (
    GLYPHS_PER_SHAPE,
    TEXT_ELEMENTS,
    Part,
    add_declaration,
    add_part,
    check_costs,
    inherit_into_definitions,
    part_of,
    resolve_variables,
)
from badgedata.openbadges.svg_parsing import (
    ANIMATION_ELEMENTS,
    ELEMENTS,
    IMAGE_ELEMENTS,
    INERT_ATTRIBUTES,
    LINKING_ELEMENTS,
    NUMBER_ATTRIBUTES,
    SHOWN_AS,
    STYLED_ATTRIBUTES,
    SVG_NAMESPACE,
    TEXT_ATTRIBUTES,
    check_svg,
    parse_svg,
)
from badgedata.openbadges.svg_styles import ANIMATED, Compound, Declaration, Rule, RuleGroup, StyleReader

XLINK_NAMESPACE: Final = "http://www.w3.org/1999/xlink"
LINK_KEYS: Final = frozenset({"href", "xlink:href"})
XML_PREFIX: Final = "{http://www.w3.org/XML/1998/namespace}"
SVG_PREFIX: Final = f"{{{SVG_NAMESPACE}}}"
LINK_NAMES: Final = {"href": "href", f"{{{XLINK_NAMESPACE}}}href": "xlink:href"}
NUMBERS: Final = re.compile(r"[\w\s.,#%+-]*", re.ASCII)
DATA_URI: Final = re.compile(r"\s*data:([^,]{0,256}),", re.IGNORECASE)
BASE64_SPACE: Final = re.compile(rb"[\t\n\f\r ]+")
PROGRAM_DATA: Final = "drawing program data"
MAX_DRAWING_DEPTH: Final = 2
BY_POSITION: Final = re.compile(r":(?:nth-|first-|last-|only-|empty)|[+~]")
WHITESPACE: Final = re.compile(r"[\t\n\r]")
XML_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
MAX_MATCHES: Final = 1_000_000
MAX_VARIABLE_ROUNDS: Final = 50


def clean_svg(image: bytes, document: str) -> tuple[bytes, tuple[Notice, ...]]:
    """Remove everything from an SVG except allowed elements, attributes, and styles.

    Scripts, event handlers, ``foreignObject``, links, animation, metadata, and references to anything outside the image
    are omitted. Embedded PNG, JPEG, GIF, and WebP images are kept without their metadata. Embedded SVGs are cleaned.

    Returns
    -------
    tuple
        The cleaned SVG in UTF-8, and notices that name the omitted parts.

    Raises
    ------
    SourceRejectedError
        - ``bad-image`` if `parse_svg` rejects the SVG or the cleaned SVG, or if the SVG draws more than 100,000 shapes.
        - ``source-too-large`` if the embedded images have more than 16,777,216 pixels in total.
    """
    losses = Losses()
    drawing, _ = _cleaned(image, document, _Budget(losses, StyleReader(losses)), 0)
    return drawing, losses.notices()


@dataclass
class _Budget:
    """State that a drawing shares with its embedded drawings, such as the number of pixels that they may still use."""

    losses: Losses
    styles: StyleReader
    pixels: int = MAX_PIXELS


def _cleaned(image: bytes, document: str, budget: _Budget, depth: int) -> tuple[bytes, int]:
    drawing = _CleanDrawing(document, budget, depth)
    parse_svg(image, drawing, document)
    content, cost = drawing.finish()
    check_svg(content, document)  # nothing can be baked into a stored image that can't be parsed
    return content, cost


@dataclass
class _Element:
    tag: str
    attributes: list[tuple[str, str | Declaration | list[Declaration]]]
    part: int
    is_left_out: bool = False
    sheet: RuleGroup | None = None
    text: list[str] = field(default_factory=list)  # the content of a <style>
    characters: int = 0


class _Gap:
    """A marker at the position of an omitted element."""


_GAP: Final = _Gap()


class _CleanDrawing:
    """A handler that collects the allowed elements. They are written after parsing, when all styles are known."""

    def __init__(self, document: str, budget: _Budget, depth: int) -> None:
        self._document, self._budget, self._depth = document, budget, depth
        self._losses = budget.losses
        self._styles = budget.styles
        self._content: list[_Element | _Gap | str | None] = []  # None closes an element
        self._open: list[_Element] = []
        self._left_out = 0  # the depth within an omitted element
        self._parts: list[Part] = []
        self._elements: list[_Element] = []

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        if self._left_out:
            self._left_out += 1
            return
        tag = SHOWN_AS.get(local := name.removeprefix(SVG_PREFIX), local)
        kept = self._kept(name, tag, attributes)
        if kept is None:
            self._left_out += 1
            self._content.append(_GAP)
            return
        if not self._open:
            kept = [("xmlns", SVG_NAMESPACE), ("xmlns:xlink", XLINK_NAMESPACE), *kept]
        element = _Element(tag, kept, len(self._parts))
        self._parts.append(self._part(element))
        self._elements.append(element)
        self._open.append(element)
        self._content.append(element)

    def end(self, name: str, at: int) -> None:
        if self._left_out:
            self._left_out -= 1
            return
        element = self._open.pop()
        part = self._parts[element.part]
        part.end = len(self._parts)
        if element.tag in TEXT_ELEMENTS:
            part.weight += element.characters // GLYPHS_PER_SHAPE
        if element.tag == "style":
            element.sheet = self._styles.stylesheet("".join(element.text))
        self._content.append(None)

    def data(self, text: str) -> None:
        if self._left_out or not self._open:
            return
        element = self._open[-1]
        if element.tag == "style":
            element.text.append(text)
        else:
            element.characters += len(text)
            self._content.append(text)

    def finish(self) -> tuple[bytes, int]:
        """Return the cleaned SVG and the cost of drawing it, as computed by `check_costs`."""
        self._add_rules()
        resolve_variables(self._parts, (one for one in self._all_declarations() if one.name.startswith("--")))
        inherit_into_definitions(self._parts, self._document)
        cost = check_costs(self._parts, self._ids(), self._document)
        variables = _Variables(self._all_declarations())
        return "".join(self._written(variables)).encode(errors="surrogatepass"), cost

    def _ids(self) -> dict[str, int]:
        """Return the part for each ID that is written. If several elements have the same ID, viewers use the first."""
        ids: dict[str, int] = {}
        written_from = 0
        for element in self._elements:
            if element.part < written_from:
                continue
            if element.is_left_out:
                written_from = self._parts[element.part].end
            elif element_id := _text_of(element, "id"):
                ids.setdefault(element_id, element.part)
        return ids

    def _kept(
        self, name: str, tag: str, attributes: dict[str, str]
    ) -> list[tuple[str, str | Declaration | list[Declaration]]] | None:
        if tag in ANIMATION_ELEMENTS:
            self._losses.note(ANIMATED)
            return None
        if not name.startswith(SVG_PREFIX) or tag not in ELEMENTS or (self._open and self._open[-1].tag == "style"):
            if name not in BADGE_ELEMENTS:
                self._losses.add(f"<{name.removeprefix(SVG_PREFIX)}>" if name.startswith(SVG_PREFIX) else PROGRAM_DATA)
            self._leave_filter_out(tag)
            return None
        if self._open and attributes.get("requiredExtensions", "").strip():
            return None  # viewers don't draw elements that require extensions
        if tag == "style":
            return self._style_attributes(attributes)
        kept = [pair for pair in (self._attribute(tag, *item) for item in attributes.items()) if pair is not None]
        lost_link = any(link in attributes for link in LINK_NAMES) and not any(key in LINK_KEYS for key, _ in kept)
        if tag == "feImage" and lost_link:
            self._leave_filter_out(tag)
            return None
        return kept

    def _leave_filter_out(self, tag: str) -> None:
        """Omit the enclosing filter if one of its parts is omitted, so that the filtered elements remain visible."""
        if tag.startswith("fe"):
            for element in self._open:
                element.is_left_out = element.is_left_out or element.tag == "filter"

    def _style_attributes(
        self, attributes: dict[str, str]
    ) -> list[tuple[str, str | Declaration | list[Declaration]]] | None:
        if attributes.get("type", "").strip().lower() not in ("", "text/css"):
            self._losses.add("<style> with a type other than CSS")
            return None
        media = attributes.get("media", "").strip()
        if not media:
            return []
        query = self._styles.media(media)
        if query is None:
            self._losses.add(f'<style media="{media}">')
            return None
        return [("media", query)]

    def _attribute(self, tag: str, name: str, value: str) -> tuple[str, str | Declaration | list[Declaration]] | None:
        if name in LINK_NAMES:
            link = self._link(tag, value.strip())
            return None if link is None else (LINK_NAMES[name], link)
        if name == "style":
            return "style", self._styles.declarations(value)
        if name == f"{XML_PREFIX}space":
            return "xml:space", value
        if name in TEXT_ATTRIBUTES or (name in NUMBER_ATTRIBUTES and NUMBERS.fullmatch(value)):
            return name, value
        if name in STYLED_ATTRIBUTES:
            declaration = self._styles.attribute(name, value)
            return None if declaration is None else (name, declaration)
        if name == f"{XML_PREFIX}base":
            self._losses.add("xml:base")
        elif name.startswith("{"):
            if not name.startswith(XML_PREFIX):
                self._losses.add(PROGRAM_DATA)
        elif name not in INERT_ATTRIBUTES and not name.startswith(("data-", "aria-")):
            self._losses.add(name)
        return None

    def _link(self, tag: str, link: str) -> str | None:
        if tag in LINKING_ELEMENTS and link.startswith("#"):
            return link
        if tag in IMAGE_ELEMENTS and DATA_URI.match(link):
            try:
                return self._embedded(link)
            except SourceRejectedError as rejected:
                if rejected.code == "source-too-large":
                    raise
                self._losses.add(f"an embedded image ({rejected.reason})")
                return None
        self._losses.add(f"a link to {link[:60]}" if link else "an empty link")
        return None

    def _embedded(self, uri: str) -> str:
        """Clean an embedded image, and return it as a data: URI with the correct media type."""
        content, document = _data(uri, self._document), f"the image within {self._document}"
        if content.lstrip(b"\xef\xbb\xbf\t\n\r ").startswith(b"<") and self._depth < MAX_DRAWING_DEPTH:
            drawing, cost = _cleaned(content, document, self._budget, self._depth + 1)
            self._embedded_cost = cost
            return _data_uri(SVG, drawing)
        content, content_type, pixels, notices = without_metadata(content, document)
        self._budget.pixels -= pixels
        if self._budget.pixels < 0:
            raise SourceRejectedError(
                "source-too-large", self._document, f"its embedded images have more than {MAX_PIXELS:,} pixels in total"
            )
        for notice in notices:
            self._losses.note(Notice("embedded-image", (notice,)))
        return _data_uri(content_type, content)

    _embedded_cost = 0

    def _part(self, element: _Element) -> Part:
        part = part_of(element.tag, {name: _text(value) for name, value in element.attributes})
        part.weight += self._embedded_cost
        self._embedded_cost = 0
        for name, value in element.attributes:
            if name in LINK_KEYS:
                # A pattern or filter may link to another pattern or filter, whose content it uses.
                if element.tag in LINKING_ELEMENTS and isinstance(value, str) and value.startswith("#"):
                    part.references.append(("copy" if element.tag == "use" else "once", value[1:]))
            elif isinstance(value, Declaration):
                add_declaration(part, value)
            elif isinstance(value, list):
                for declaration in value:
                    add_declaration(part, declaration)
        return part

    def _add_rules(self) -> None:
        """Increase each element's cost by the cost of the style rules that may match the element."""
        matches = 0

        def count(steps: int) -> None:
            nonlocal matches
            matches += steps
            if matches > MAX_MATCHES:
                raise SourceRejectedError(
                    "bad-image",
                    self._document,
                    "it has too many style rules that use costly features, such as patterns or filters",
                )

        costly: dict[Compound, Part] = {}
        for rule in self._rules():
            cost = Part("")
            for declaration in rule.declarations:
                add_declaration(cost, declaration)
            for compound in rule.compounds if cost != Part("") else ():
                count(1 + len(cost.references) + len(cost.variables))
                add_part(costly.setdefault(compound, Part("")), cost)
        if not costly:
            return
        by_class: dict[str, list[tuple[Compound, Part]]] = {}
        others = []
        for compound, cost in costly.items():
            if compound.classes:
                by_class.setdefault(min(compound.classes), []).append((compound, cost))
            else:
                others.append((compound, cost))
        for element in self._elements:
            classes = frozenset(XML_SPACE.split(_text_of(element, "class")))
            element_id = _text_of(element, "id")
            found = [pair for name in classes for pair in by_class.get(name, ())]
            count(len(found) + len(others))
            for compound, cost in (*found, *others):
                if compound.may_match(element.tag, element_id, classes):
                    count(len(cost.references) + len(cost.variables))
                    add_part(self._parts[element.part], cost)

    def _rules(self) -> Iterator[Rule]:
        for element in self._elements:
            if element.sheet is not None:
                yield from element.sheet.all_rules()

    def _all_declarations(self) -> Iterator[Declaration]:
        for element in self._elements:
            for _, value in element.attributes:
                if isinstance(value, Declaration):
                    yield value
                elif isinstance(value, list):
                    yield from value
        for rule in self._rules():
            yield from rule.declarations

    def _written(self, variables: "_Variables") -> Iterator[str]:
        open_tags: list[str] = []
        left_out = 0
        # Selectors that count elements must match the same elements as before, so an omitted element is replaced.
        gap = "<desc></desc>" if any(BY_POSITION.search(rule.selector) for rule in self._rules()) else ""
        for item in self._content:
            if isinstance(item, _Gap):
                if not left_out and open_tags[-1] != "style":
                    yield gap
            elif isinstance(item, str):
                if not left_out:
                    yield html.escape(item, quote=False)
            elif item is None:
                if left_out:
                    left_out -= 1
                else:
                    yield f"</{open_tags.pop()}>"
            elif left_out or item.is_left_out:
                left_out += 1
            else:
                open_tags.append(item.tag)
                attributes = "".join(
                    f' {name}="{_escaped(text)}"'
                    for name, value in item.attributes
                    if (text := variables.text(value)) is not None
                )
                yield f"<{item.tag}{attributes}>"
                if item.sheet is not None:
                    yield html.escape("\n".join(variables.rules(item.sheet)), quote=False)


class _Variables:
    """A drawing's CSS custom properties.

    Unused properties and declarations that need an undefined property are omitted.
    """

    def __init__(self, declarations: Iterable[Declaration]) -> None:
        self._available: set[str] = set()
        uses: dict[str, set[str]] = {}
        waiting: list[str] = []
        custom: list[Declaration] = []
        for declaration in declarations:
            if declaration.name.startswith("--"):
                custom.append(declaration)
                uses.setdefault(declaration.name, set()).update(declaration.uses)
            else:
                waiting += declaration.uses
        self._used: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in self._used:
                self._used.add(name)
                waiting += uses.get(name, ())
        self._available = {declaration.name for declaration in custom}
        for _ in range(MAX_VARIABLE_ROUNDS):
            remaining = {declaration.name for declaration in custom if declaration.needs <= self._available}
            if remaining == self._available:
                break
            self._available = remaining

    def text(self, value: str | Declaration | list[Declaration]) -> str | None:
        """Return an attribute's text, or None if the attribute is omitted."""
        if isinstance(value, str):
            return value
        if isinstance(value, Declaration):
            return value.text if self._is_kept(value) else None
        return self._declarations(value)

    def rules(self, group: RuleGroup) -> Iterator[str]:
        """Yield the text of each rule in a group."""
        for rule in group.rules:
            if isinstance(rule, RuleGroup):
                if inner := list(self.rules(rule)):
                    yield f"{rule.opening}{{{' '.join(inner)}}}"
            elif declarations := self._declarations(rule.declarations):
                yield f"{rule.selector}{{{declarations}}}"

    def _declarations(self, declarations: Iterable[Declaration]) -> str:
        return ";".join(f"{one.name}:{one.text}" for one in declarations if self._is_kept(one))

    def _is_kept(self, declaration: Declaration) -> bool:
        is_unused = declaration.name.startswith("--") and declaration.name not in self._used
        return not is_unused and declaration.needs <= self._available


def _escaped(text: str) -> str:
    # Line breaks and tabs in attributes are read as spaces (XML 1.0, section 3.3.3), but character references aren't.
    return WHITESPACE.sub(lambda found: f"&#{ord(found[0])};", html.escape(text))


def _text_of(element: _Element, name: str) -> str:
    return next((_text(value) for key, value in element.attributes if key == name), "")


def _text(value: str | Declaration | list[Declaration]) -> str:
    return value.text if isinstance(value, Declaration) else value if isinstance(value, str) else ""


def _data(uri: str, document: str) -> bytes:
    """Return the bytes of a data: URI (RFC 2397).

    As in browsers, ``data:`` and ``base64`` aren't case-sensitive. Other parameters are ignored, and so is whitespace
    in Base64 data.
    """
    head = DATA_URI.match(uri)
    if head is None:
        raise SourceRejectedError("bad-image", document, "expected an embedded image")
    octets = unquote_to_bytes(uri[head.end() :].partition("#")[0])
    if not re.search(r";\s*base64\s*$", head[1], re.IGNORECASE):
        return octets
    octets = BASE64_SPACE.sub(b"", octets).rstrip(b"=")
    try:
        return base64.b64decode(octets + b"=" * (-len(octets) % 4), validate=True)
    except binascii.Error as error:
        raise SourceRejectedError("bad-image", document, "its Base64 encoding is invalid") from error


def _data_uri(content_type: str, content: bytes) -> str:
    return f"data:{content_type};base64,{base64.b64encode(content).decode()}"
