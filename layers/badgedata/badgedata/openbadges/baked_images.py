"""Bake assertions into badge images and read assertions from baked images.

This module has few imports, to keep the re-sync worker's cold starts short.
"""

import html
import re
from typing import Final

from badgedata.openbadges.image_kinds import PNG, SVG, image_content_type
from badgedata.openbadges.json_documents import json_object
from badgedata.openbadges.png import bake_png, unbake_png
from badgedata.openbadges.rejections import SourceRejectedError
from badgedata.openbadges.svg_parsing import parse_svg

__all__ = ["bake", "bake_png", "bake_svg", "unbake"]

ASSERTION_NAMESPACE: Final = "http://openbadges.org"
CREDENTIAL_NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"
BADGE_ELEMENTS: Final = {
    f"{{{CREDENTIAL_NAMESPACE}}}credential": 0,
    f"{{{ASSERTION_NAMESPACE}}}assertion": 1,
    f"{{{ASSERTION_NAMESPACE}}}credential": 2,
    f"{{{CREDENTIAL_NAMESPACE}}}assertion": 3,
}
COMPACT_JWS: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
WEB_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)
MAX_DECLARATION_BYTES: Final = 256
XML_DECLARATION: Final = re.compile(rb"""^\s*<\?xml[^>]*?(?:encoding\s*=\s*["']([\w.-]+)["'][^>]*)?\?>""")
NAMESPACE_DECLARATION: Final = re.compile(rb"""\sxmlns:openbadges\s*=\s*("[^"]*"|'[^']*')""")
ROOT_TAG: Final = re.compile(rb"<([^\s/>]+)")
# Allowed in JSON text, but not in XML 1.0 (section 2.2).
NOT_IN_XML: Final = re.compile("[\ufffe\uffff]")


def bake(image: bytes, content_type: str, assertion: str) -> bytes:
    """Return the badge image with an assertion baked in.

    Parameters
    ----------
    image
        A PNG or SVG. Any badge data that it already contains is replaced.
    content_type
        ``image/png`` or ``image/svg+xml``.
    assertion
        The assertion, as JSON or as a compact JWS.

    Raises
    ------
    ValueError
        If `content_type` has any other value. Open Badges defines baking only for PNG and SVG.
    SourceRejectedError
        ``bad-image`` if `image` is not an image of that type.

    Notes
    -----
    Open Badges 2.0 Baking Specification, https://www.imsglobal.org/spec/ob/v2p0/baking/
    """
    if content_type == PNG:
        return bake_png(image, assertion)
    if content_type == SVG:
        return bake_svg(image, assertion)
    raise ValueError(f"badges can be baked into image/png or image/svg+xml, not {content_type!r}")


def unbake(image: bytes, document: str = "the image you sent") -> str:
    """Return the badge data in an image: JSON, a compact JWS, or the assertion's URL (as in Open Badges 0.5).

    An Open Badges 3.0 credential takes precedence over an assertion, because an assertion may consist only of a URL.

    Raises
    ------
    SourceRejectedError
        - ``no-badge-in-image`` if the image is valid but contains no badge data.
        - ``bad-image`` if the image is not a valid PNG or SVG.
        - ``source-too-large`` if the badge data decompresses to more than the maximum document size.

    Notes
    -----
    Open Badges 2.0 Baking Specification, and Open Badges 3.0 section 5.3 (Baked Badge).
    """
    content_type = image_content_type(image)
    if content_type is None:
        raise SourceRejectedError(
            "bad-image", document, f"expected a PNG or SVG image, found {_kind(image)}", "not-an-image"
        )
    badge_data = unbake_png(image, document) if content_type == PNG else unbake_svg(image, document)
    if badge_data is None:
        expected = (
            "a PNG text chunk named 'openbadges' or 'openbadgecredential'"
            if content_type == PNG
            else "an <openbadges:assertion> or <openbadges:credential> element"
        )
        raise SourceRejectedError("no-badge-in-image", document, f"the image has no badge data: expected {expected}")
    return badge_data


def _kind(body: bytes) -> str:
    kinds = {b"\xff\xd8\xff": "a JPEG", b"GIF8": "a GIF", b"RIFF": "a WebP", b"\x1f\x8b": "gzip data"}
    if not body:
        return "nothing"
    return next((kind for opening, kind in kinds.items() if body.startswith(opening)), "something else")


def bake_svg(image: bytes, assertion: str) -> bytes:
    """Insert an assertion as the first child of an SVG's root element, and return the SVG in UTF-8.

    Parameters
    ----------
    image
        An SVG. Any badge data that it already contains is removed.
    assertion
        The JSON of a hosted assertion, a compact JWS, or a URL. JSON is written as CDATA, with the assertion's URL in
        the ``verify`` attribute. A JWS or URL is written only to that attribute.

    Raises
    ------
    SourceRejectedError
        ``bad-image`` if `parse_svg` rejects the SVG, or if the assertion is not a JWS, a URL, or a JSON object of at
        most 1 MiB.

    Notes
    -----
    Open Badges 2.0 Baking Specification, "SVGs": the ``<svg>`` tag declares ``xmlns:openbadges`` and is directly
    followed by ``<openbadges:assertion>``.
    """
    drawing = _utf8(image)
    elements = BadgeElements(drawing)
    parse_svg(drawing, elements, "the badge image")
    root_end = _tag_end(drawing, elements.root_at)
    is_empty = drawing[root_end - 2 : root_end] == b"/>"
    root = ROOT_TAG.match(drawing, elements.root_at)
    name = root[1] if root is not None else b"svg"  # it may have a prefix: svg:svg
    name_end = elements.root_at + len(b"<" + name)
    attributes = NAMESPACE_DECLARATION.sub(b"", drawing[name_end : root_end - (2 if is_empty else 1)])

    pieces = [drawing[:name_end], attributes]
    pieces += [f' xmlns:openbadges="{ASSERTION_NAMESPACE}">'.encode(), _badge_element(assertion).encode()]
    position = root_end
    for start, end in elements.spans:
        pieces.append(drawing[position:start])
        position = end
    pieces += [b"</" + name + b">" if is_empty else b"", drawing[position:]]
    return b"".join(pieces)


def unbake_svg(image: bytes, document: str) -> str | None:
    """Return the badge data in an SVG, or None if the SVG has none.

    An Open Badges 3.0 credential takes precedence over an assertion. The JSON in an element takes precedence over the
    URL in its ``verify`` attribute, because the JSON doesn't require another request.

    Raises
    ------
    SourceRejectedError
        ``bad-image`` if `parse_svg` rejects the SVG.
    """
    elements = BadgeElements(image)
    parse_svg(image, elements, document)
    for _, verify, body in sorted(elements.badge_data, key=lambda item: item[0]):
        text = "".join(body).strip()
        if text or verify:
            return text or verify
    return None


class BadgeElements:
    """A handler that records an SVG's badge elements and the position of its root element."""

    def __init__(self, drawing: bytes) -> None:
        self._drawing = drawing
        self._depth = 0
        self._inside: tuple[int, int] | None = None  # depth and position of the open badge element
        self.root_at = -1
        self.spans: list[tuple[int, int]] = []
        self.badge_data: list[tuple[int, str, list[str]]] = []

    @property
    def is_inside(self) -> bool:
        """Whether the parser is within a badge element."""
        return self._inside is not None

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        """Record the start of the root element or a badge element."""
        if self.root_at < 0:
            self.root_at = at
        self._depth += 1
        if self._inside is None and name in BADGE_ELEMENTS:
            self._inside = self._depth, at
            self.badge_data.append((BADGE_ELEMENTS[name], attributes.get("verify", ""), []))

    def end(self, name: str, at: int) -> None:
        """Record the end of a badge element."""
        if self._inside is not None and self._inside[0] == self._depth:
            self.spans.append((self._inside[1], _tag_end(self._drawing, at)))
            self._inside = None
        self._depth -= 1

    def data(self, text: str) -> None:
        """Record text in a badge element."""
        if self._inside is not None:
            self.badge_data[-1][2].append(text)


def _badge_element(assertion: str) -> str:
    text = assertion.strip()
    if COMPACT_JWS.fullmatch(text) or WEB_ADDRESS.fullmatch(text):
        return f'<openbadges:assertion verify="{html.escape(text)}"/>'
    # "]]>" would end the CDATA section. In JSON, it can occur only within a string, where > may be escaped.
    body = NOT_IN_XML.sub(lambda found: f"\\u{ord(found[0]):04x}", text.replace("]]>", "]]\\u003e"))
    verify = html.escape(_verification_url(text))
    return f'<openbadges:assertion verify="{verify}"><![CDATA[{body}]]></openbadges:assertion>'


def _verification_url(assertion: str) -> str:
    """Return a hosted assertion's verification URL: ``id`` in version 1.1 and later, or ``verify.url`` in 1.0."""
    try:
        document = json_object(assertion, "the badge data", None)
    except SourceRejectedError as rejected:
        reason = f"its badge data can't be read: {rejected.reason}"
        raise SourceRejectedError("bad-image", "the badge image", reason) from rejected
    verify = document.child("verify")
    candidates = [document.fields.get("id"), verify.fields.get("url") if verify is not None else None]
    return next((url for url in candidates if isinstance(url, str) and WEB_ADDRESS.fullmatch(url)), "")


def _utf8(image: bytes) -> bytes:
    """Return an SVG in UTF-8 without its XML declaration, so that the bytes can be split at tags."""
    if image.startswith((b"\xff\xfe", b"\xfe\xff")):
        image = image.decode("utf-16", "replace").encode()
        declared = XML_DECLARATION.match(image[:MAX_DECLARATION_BYTES])
        return image[declared.end() :] if declared else image
    image = image.removeprefix(b"\xef\xbb\xbf")
    declared = XML_DECLARATION.match(image[:MAX_DECLARATION_BYTES])
    if declared is None:
        return image
    image = image[declared.end() :]
    encoding = (declared[1] or b"utf-8").decode()
    if encoding.lower() in ("utf-8", "us-ascii"):
        return image
    try:
        return image.decode(encoding).encode()
    except (LookupError, UnicodeDecodeError) as error:
        raise SourceRejectedError(
            "bad-image",
            "the badge image",
            f"the SVG declares {encoding} as its encoding, but isn't encoded in {encoding}",
        ) from error


def _tag_end(drawing: bytes, at: int) -> int:
    """Return the position immediately after the tag that begins at `at`. A ``>`` within quotes doesn't end the tag."""
    quote = 0
    for position in range(at, len(drawing)):
        letter = drawing[position]
        if quote:
            quote = 0 if letter == quote else quote
        elif letter in b"\"'":
            quote = letter
        elif letter == ord(">"):
            return position + 1
    return len(drawing)
