"""Parse an SVG within depth and size limits, and define the SVG and CSS names that a drawing may use."""

import re
from typing import Final, Protocol
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import XMLParserType

from defusedxml.common import DefusedXmlException, DTDForbidden, EntitiesForbidden
from defusedxml.ElementTree import DefusedXMLParser

from badgedata.openbadges.rejections import SourceRejectedError, quoted

SVG_NAMESPACE: Final = "http://www.w3.org/2000/svg"
MAX_ELEMENTS: Final = 50_000
MAX_ELEMENT_DEPTH: Final = 100
PIECE_BYTES: Final = 64 * 1024
MAX_ENTITIES: Final = 100
MAX_EXPANDED_CHARACTERS: Final = 1024 * 1024
# An entity's value that contains no markup and no references to other entities.
PLAIN_ENTITY: Final = re.compile(r"[^&<%]{1,1024}")
NAMESPACE_NAME: Final = re.compile(r"https?://\S+")

# The names that a drawing may use. All others are omitted, such as script, foreignObject, audio, video, iframe,
# handler, and metadata.
ELEMENTS: Final = frozenset(
    str.split("""
    svg g defs symbol use switch title desc style path rect circle ellipse line polyline polygon text tspan textPath
    image linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset
    fePointLight feSpecularLighting feSpotLight feTile feTurbulence
    """)
)
ANIMATION_ELEMENTS: Final = frozenset(
    {"animate", "animateColor", "animateMotion", "animateTransform", "set", "discard"}
)
# Parts that are drawn only if another part refers to them.
DEFINITIONS: Final = frozenset(
    {"defs", "symbol", "linearGradient", "radialGradient", "pattern", "clipPath", "mask", "marker", "filter"}
)
# An <a> is written as a <g>: the link is omitted, but its content is kept.
SHOWN_AS: Final = {"a": "g"}
LINKING_ELEMENTS: Final = frozenset(
    {"use", "textPath", "linearGradient", "radialGradient", "pattern", "filter", "feImage"}
)
IMAGE_ELEMENTS: Final = frozenset({"image", "feImage"})

PROPERTIES: Final = frozenset(
    str.split("""
    alignment-baseline background background-color baseline-shift clip clip-path clip-rule color color-interpolation
    color-interpolation-filters cx cy d direction display dominant-baseline fill fill-opacity fill-rule filter
    flood-color flood-opacity font font-family font-feature-settings font-kerning font-optical-sizing font-size
    font-size-adjust font-stretch font-style font-synthesis font-variant font-variant-alternates font-variant-caps
    font-variant-east-asian font-variant-ligatures font-variant-numeric font-variant-position font-variation-settings
    font-weight glyph-orientation-horizontal glyph-orientation-vertical height image-orientation image-rendering
    inline-size isolation kerning letter-spacing lighting-color line-height marker marker-end marker-mid marker-start
    mask mask-type mix-blend-mode object-fit object-position opacity overflow overflow-x overflow-y paint-order
    perspective perspective-origin pointer-events r rotate rx ry scale shape-rendering stop-color stop-opacity stroke
    stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
    tab-size text-align text-anchor text-decoration text-decoration-color text-decoration-line text-decoration-style
    text-decoration-thickness text-indent text-orientation text-overflow text-rendering text-transform
    transform transform-box transform-origin transform-style translate unicode-bidi vector-effect visibility
    white-space width word-spacing writing-mode x y
    """)
)
# Properties that drawing programs write and browsers ignore. They are removed without a notice.
INERT_PROPERTIES: Final = frozenset(
    str.split("""
    enable-background solid-color solid-opacity shape-padding shape-inside shape-subtract shape-margin
    text-decoration-fill text-decoration-stroke color-rendering color-profile cursor audio-level buffered-rendering
    block-progression font-variant-settings display-align line-increment text-align-last auto-style
    """)
) | {
    "-inkscape-font-specification",
    "-inkscape-stroke",
    "-inkscape-text-align",
    "-webkit-print-color-adjust",
    "print-color-adjust",
    "will-change",
}
MATH_FUNCTIONS: Final = frozenset(
    str.split(
        "calc min max clamp abs sign round mod rem sin cos tan asin acos atan atan2 pow sqrt hypot log exp"
        " rgb rgba hsl hsla hwb lab lch oklab oklch color"
    )
)
# Functions that compute every pixel of an area.
PIXEL_FUNCTIONS: Final = frozenset(
    str.split("""
    blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia
    linear-gradient radial-gradient conic-gradient repeating-linear-gradient repeating-radial-gradient
    repeating-conic-gradient
    """)
)
FUNCTIONS: Final = (MATH_FUNCTIONS | PIXEL_FUNCTIONS).union(
    str.split("""
    color-mix light-dark device-cmyk
    matrix matrix3d translate translatex translatey translatez translate3d scale scalex scaley scalez scale3d rotate
    rotatex rotatey rotatez rotate3d skew skewx skewy perspective
    circle ellipse inset polygon rect xywh path shape
    """)
)
TEXT_ATTRIBUTES: Final = frozenset(
    str.split("id class role aria-label aria-hidden aria-labelledby aria-describedby in in2 result systemLanguage lang")
)
# Numbers, keywords, and lists of these.
NUMBER_ATTRIBUTES: Final = frozenset(
    str.split("""
    viewBox preserveAspectRatio version x1 x2 y1 y2 fx fy fr points pathLength dx dy textLength lengthAdjust
    startOffset method spacing side gradientUnits spreadMethod offset patternUnits patternContentUnits clipPathUnits
    maskUnits maskContentUnits markerUnits markerWidth markerHeight refX refY orient filterUnits primitiveUnits type
    values mode operator k1 k2 k3 k4 order kernelMatrix divisor bias targetX targetY edgeMode kernelUnitLength
    preserveAlpha surfaceScale diffuseConstant specularConstant specularExponent limitingConeAngle pointsAtX
    pointsAtY pointsAtZ z azimuth elevation stdDeviation radius baseFrequency numOctaves seed stitchTiles
    tableValues slope intercept amplitude exponent xChannelSelector yChannelSelector d rotate
    """)
)
# Presentation attributes, and others with the same syntax. Path data and glyph rotation have a different syntax.
STYLED_ATTRIBUTES: Final = (PROPERTIES | {"gradientTransform", "patternTransform"}) - {"d", "rotate"}
ATTRIBUTES: Final = TEXT_ATTRIBUTES | NUMBER_ATTRIBUTES | STYLED_ATTRIBUTES | {"style", "href", "media"}
# Attributes that don't affect how a drawing looks. They are removed without a notice.
INERT_ATTRIBUTES: Final = frozenset(
    str.split("""
    baseProfile enable-background contentScriptType contentStyleType zoomAndPan requiredFeatures
    externalResourcesRequired focusable
    tabindex title target rel download referrerpolicy hreflang crossorigin decoding loading xmlns
    """)
)


class ElementHandler(Protocol):
    """A handler that receives each element in document order.

    Names have the form ``{namespace}local``. ``at`` is the byte offset of the tag from the start of the image.
    """

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        """Handle an element's start tag and attributes."""

    def end(self, name: str, at: int) -> None:
        """Handle an element's end tag."""

    def data(self, text: str) -> None:
        """Handle text between two tags."""


class SvgParser(DefusedXMLParser):
    """An XML parser that resists attacks, but accepts the document type declarations that drawing programs write.

    The DTD in ``<!DOCTYPE svg PUBLIC …>`` is never loaded. A document type may declare only entities that stand for
    plain text, such as the namespaces and styles that Adobe Illustrator writes. An SVG with an unused entity is
    rejected, because the entity serves no purpose in a drawing. Unused entities for namespaces are allowed.

    Parameters
    ----------
    image
        The entire SVG.
    """

    parser: XMLParserType  # the underlying expat parser, which provides positions

    def __init__(self, image: bytes, target: object) -> None:
        super().__init__(target=target, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        self._image = image
        self._text: str | None = None
        self._expanded = 0
        self._entities = 0
        # The document type itself is allowed, because it may declare entities.
        self.parser.AttlistDeclHandler = self._reject_declaration
        self.parser.ElementDeclHandler = self._reject_declaration
        self.parser.NotationDeclHandler = self._reject_declaration

    def defused_start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal_subset: bool
    ) -> None:
        """Accept a document type. Its declarations are checked individually."""

    def defused_entity_decl(
        self,
        name: str,
        is_parameter_entity: bool,
        value: str | None,
        base: str | None,
        sysid: str | None,
        pubid: str | None,
        notation_name: str | None,
    ) -> None:
        """Reject an entity whose value isn't short plain text.

        Entities are also rejected if there are too many, if they expand to too much text, or if they are unused. Unused
        entities for namespaces are allowed.
        """
        self._entities += 1
        is_plain = value is not None and not is_parameter_entity and PLAIN_ENTITY.fullmatch(value)
        if not is_plain or value is None or self._entities > MAX_ENTITIES:
            raise EntitiesForbidden(name, value, base, sysid, pubid, notation_name)
        references = self._decoded().count(f"&{name};")
        self._expanded += references * len(value)
        is_wanted = references or NAMESPACE_NAME.fullmatch(value)
        if not is_wanted or self._expanded > MAX_EXPANDED_CHARACTERS:
            raise EntitiesForbidden(name, value, base, sysid, pubid, notation_name)

    def _decoded(self) -> str:
        """Return the SVG as text. Only ASCII characters, such as those in entity names, are decoded reliably."""
        if self._text is None:
            encoding = "utf-16" if self._image.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
            self._text = self._image.decode(encoding, "replace")
        return self._text

    def _reject_declaration(self, name: str, *_: object) -> None:
        raise DTDForbidden(name, None, None)


def parse_svg(image: bytes, handler: ElementHandler, document: str) -> None:
    """Pass an SVG's elements to a handler.

    Parameters
    ----------
    image
        The SVG, in the encoding that its XML declaration specifies.
    handler
        The handler that receives every element and the text between the tags.
    document
        The image's name, as used in error messages.

    Raises
    ------
    SourceRejectedError
        ``bad-image`` if the SVG is not well-formed XML with an SVG root, if its document type declares anything except
        entities for plain text, or if it contains more than 50,000 elements or 100 levels of nesting.
    """
    bounded = _BoundedElements(handler, document)
    parser = SvgParser(image, bounded)
    bounded.expat = parser.parser
    try:
        for position in range(0, len(image), PIECE_BYTES):
            parser.feed(image[position : position + PIECE_BYTES])
        parser.close()
    except DefusedXmlException as error:
        raise SourceRejectedError("bad-image", document, f"{_EXPECTED}, {_declared(error)}") from error
    except ParseError as error:
        line, column = error.position
        place = f"line {line}, column {column + 1}"
        raise SourceRejectedError("bad-image", document, f"the SVG is not well-formed XML at {place}") from error
    except (LookupError, ValueError) as error:
        raise SourceRejectedError("bad-image", document, "the SVG's encoding is not supported") from error


def check_svg(image: bytes, document: str) -> None:
    """Raise `SourceRejectedError` if `parse_svg` rejects an SVG."""
    parse_svg(image, _IgnoredElements(), document)


_EXPECTED: Final = "expected an SVG whose document type declares nothing except plain-text entities that the SVG uses"


def _declared(error: DefusedXmlException) -> str:
    if isinstance(error, EntitiesForbidden):
        return f"found a declaration of the entity {quoted(error.name)}"
    return "found other declarations in its document type"


class _IgnoredElements:
    """A handler that ignores all elements."""

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        """Ignore a start tag."""

    def end(self, name: str, at: int) -> None:
        """Ignore an end tag."""

    def data(self, text: str) -> None:
        """Ignore text."""


class _BoundedElements:
    """A parser target that passes elements to a handler and limits their number and depth."""

    expat: XMLParserType

    def __init__(self, handler: ElementHandler, document: str) -> None:
        self._handler, self._document = handler, document
        self._elements = self._depth = 0
        self.data = handler.data

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._elements and name != f"{{{SVG_NAMESPACE}}}svg":
            raise SourceRejectedError(
                "bad-image",
                self._document,
                f"expected an <svg> element in the namespace {SVG_NAMESPACE}, found {quoted(name)}",
            )
        self._elements += 1
        self._depth += 1
        if self._elements > MAX_ELEMENTS or self._depth > MAX_ELEMENT_DEPTH:
            raise SourceRejectedError(
                "bad-image",
                self._document,
                f"the SVG has more than {MAX_ELEMENTS:,} elements, "
                f"or its elements are nested more than {MAX_ELEMENT_DEPTH} levels deep",
            )
        self._handler.start(name, attributes, self.expat.CurrentByteIndex)

    def end(self, name: str) -> None:
        self._depth -= 1
        self._handler.end(name, self.expat.CurrentByteIndex)

    def close(self) -> None:
        """Return None, because the handler keeps the result."""
