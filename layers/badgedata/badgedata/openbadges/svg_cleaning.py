"""Rewrite an SVG from an allow-list of elements and attributes: a drawing comes out, and nothing that acts or calls."""

import html
import re
from collections import defaultdict
from typing import Final

from badgedata.openbadges.refusals import SourceRefused
from badgedata.openbadges.svg_parsing import SVG_NAMESPACE, parse_svg
from badgedata.openbadges.svg_styles import (
    PRESENTATION,
    harmless_declarations,
    harmless_stylesheet,
    is_harmless_value,
)

XLINK_NAMESPACE: Final = "http://www.w3.org/1999/xlink"
SVG_PREFIX: Final = f"{{{SVG_NAMESPACE}}}"
LINK_NAMES: Final = {"href": "href", f"{{{XLINK_NAMESPACE}}}href": "xlink:href"}

# No script, foreignObject, a, animate, set, audio, video, iframe, handler, metadata, …
ELEMENTS: Final = frozenset(
    str.split("""
    svg g defs symbol use switch title desc style path rect circle ellipse line polyline polygon text tspan textPath
    image linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence
    """)
)
# A link is left out, what it shows stays.
SHOWN_AS: Final = {"a": "g"}
ATTRIBUTES: Final = PRESENTATION | frozenset(
    str.split("""
    id class viewBox preserveAspectRatio version width height x y x1 x2 y1 y2 cx cy r rx ry fx fy fr d points
    pathLength dx dy rotate textLength lengthAdjust startOffset method spacing side gradientUnits gradientTransform
    spreadMethod offset patternUnits patternContentUnits patternTransform clipPathUnits maskUnits maskContentUnits
    markerUnits markerWidth markerHeight refX refY orient filterUnits primitiveUnits in in2 result type values mode
    operator k1 k2 k3 k4 order kernelMatrix divisor bias targetX targetY edgeMode kernelUnitLength preserveAlpha
    surfaceScale diffuseConstant specularConstant specularExponent limitingConeAngle pointsAtX pointsAtY pointsAtZ z
    azimuth elevation scale xChannelSelector yChannelSelector stdDeviation radius baseFrequency numOctaves seed
    stitchTiles tableValues slope intercept amplitude exponent role aria-label aria-hidden
    """)
)
LINKING_ELEMENTS: Final = frozenset({"use", "textPath", "linearGradient", "radialGradient", "pattern", "filter"})
LOCAL_LINK: Final = re.compile(r"#[\w.:-]+")
EMBEDDED_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
MOST_COPIES: Final = 10_000


def clean_svg(image: bytes, document: str) -> bytes:
    """A drawing that looks like the SVG given, in UTF-8, made of nothing but allowed elements and attributes.

    Left out: scripts, event handlers, ``foreignObject``, links, animation, metadata, style rules and references that
    point anywhere but into the image, pictures that are not themselves embedded as PNG, JPEG, GIF or WebP.

    Raises
    ------
    SourceRefused
        ``bad-image`` where `parse_svg` refuses it, or where ``<use>`` elements copy each other in a circle or over
        10,000 times.
    """
    drawing = _CleanDrawing()
    parse_svg(image, drawing, document)
    if drawing.copies() > MOST_COPIES:
        raise SourceRefused("bad-image", document, f"its <use> elements copy each other over {MOST_COPIES} times")
    return "".join(drawing.written).encode()


class _CleanDrawing:
    """Writes the allowed elements as they come."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self._open: list[str] = []  # the ids of the elements that are open, "" for none
        self._left_out = 0  # how deep inside an element that is left out
        self._stylesheet: list[str] | None = None
        self._uses: dict[str, list[str]] = defaultdict(list)  # id: what is copied within that element

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        tag = SHOWN_AS.get(local := name.removeprefix(SVG_PREFIX), local)
        if self._left_out or self._stylesheet is not None or not name.startswith(SVG_PREFIX) or tag not in ELEMENTS:
            self._left_out += 1
            return
        kept = {} if tag == "style" else dict(_kept_attributes(tag, attributes))
        if tag == "use":
            self._note_use(kept)
        if not self._open:
            kept = {"xmlns": SVG_NAMESPACE, "xmlns:xlink": XLINK_NAMESPACE} | kept
        self._open.append(kept.get("id", ""))
        self.written.append(f"<{tag}{''.join(f' {key}="{html.escape(value)}"' for key, value in kept.items())}>")
        if tag == "style":
            self._stylesheet = []

    def end(self, name: str, at: int) -> None:
        if self._left_out:
            self._left_out -= 1
            return
        tag = SHOWN_AS.get(local := name.removeprefix(SVG_PREFIX), local)
        if self._stylesheet is not None:
            self.written.append(html.escape(harmless_stylesheet("".join(self._stylesheet)), quote=False))
            self._stylesheet = None
        self._open.pop()
        self.written.append(f"</{tag}>")

    def data(self, text: str) -> None:
        if self._left_out:
            return
        if self._stylesheet is not None:
            self._stylesheet.append(text)
        else:
            self.written.append(html.escape(text, quote=False))

    def _note_use(self, attributes: dict[str, str]) -> None:
        target = (attributes.get("href") or attributes.get("xlink:href") or "").removeprefix("#")
        if target and len(self._uses[""]) <= MOST_COPIES:
            for within in {"", *self._open}:
                self._uses[within].append(target)

    def copies(self) -> int:
        """How many elements a viewer makes of all the ``<use>``, copies within copies counted; stops when too many."""
        waiting, counted = list(self._uses[""]), 0
        while waiting and counted + len(waiting) <= MOST_COPIES:
            counted += 1
            waiting.extend(self._uses.get(waiting.pop(), ()))
        return counted + len(waiting)


def _kept_attributes(tag: str, attributes: dict[str, str]) -> list[tuple[str, str]]:
    kept = []
    for name, value in attributes.items():
        if name in LINK_NAMES:
            link = EMBEDDED_PICTURE if tag == "image" else LOCAL_LINK if tag in LINKING_ELEMENTS else None
            if link is not None and link.fullmatch(value.strip()):
                kept.append((LINK_NAMES[name], value.strip()))
        elif name == "style":
            kept.append(("style", harmless_declarations(value)))
        elif name == "{http://www.w3.org/XML/1998/namespace}space":
            kept.append(("xml:space", value))
        elif name in ATTRIBUTES and is_harmless_value(value):
            kept.append((name, value))
    return kept
