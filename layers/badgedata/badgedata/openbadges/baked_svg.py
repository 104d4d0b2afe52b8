"""Bake badge data into an SVG's ``openbadges`` elements, and unbake it, without changing the drawing."""

import html
import json
import re
from typing import Final

from badgedata.openbadges.refusals import SourceRefusedError
from badgedata.openbadges.svg_parsing import parse_svg

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


def bake_svg(image: bytes, assertion: str) -> bytes:
    """Return the SVG, in UTF-8, with the assertion as the first element in its root.

    Parameters
    ----------
    image
        An SVG. Any badge data that it already contains is removed.
    assertion
        The JSON of a hosted assertion, which becomes CDATA, with its URL in the ``verify`` attribute; or a compact JWS
        or a URL, which becomes the ``verify`` attribute alone.

    Raises
    ------
    SourceRefusedError
        ``bad-image`` if `parse_svg` rejects it.

    Notes
    -----
    Open Badges 2.0 Baking Specification, "SVGs": ``xmlns:openbadges`` is declared on the ``<svg>`` tag, directly
    followed by ``<openbadges:assertion>``.
    """
    drawing = _utf8(image)
    elements = _BadgeElements(drawing)
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
    """Return the badge data in an SVG, or None. If there are several elements, a 3.0 credential takes precedence.

    JSON in the element is preferred to a ``verify`` URL, because it doesn't require fetching anything.

    Raises
    ------
    SourceRefusedError
        ``bad-image`` if `parse_svg` rejects it.
    """
    elements = _BadgeElements(image)
    parse_svg(image, elements, document)
    for _, verify, body in sorted(elements.badge_data, key=lambda item: item[0]):
        text = "".join(body).strip()
        if text or verify:
            return text or verify
    return None


class _BadgeElements:
    """Records the positions of the root and the badge elements, and the badge data in the latter."""

    def __init__(self, drawing: bytes) -> None:
        self._drawing = drawing
        self._depth = 0
        self._inside: tuple[int, int] | None = None  # depth and position of the open badge element
        self.root_at = -1
        self.spans: list[tuple[int, int]] = []
        self.badge_data: list[tuple[int, str, list[str]]] = []

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        if self.root_at < 0:
            self.root_at = at
        self._depth += 1
        if self._inside is None and name in BADGE_ELEMENTS:
            self._inside = self._depth, at
            self.badge_data.append((BADGE_ELEMENTS[name], attributes.get("verify", ""), []))

    def end(self, name: str, at: int) -> None:
        if self._inside is not None and self._inside[0] == self._depth:
            self.spans.append((self._inside[1], _tag_end(self._drawing, at)))
            self._inside = None
        self._depth -= 1

    def data(self, text: str) -> None:
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
    """Return the URL that verifies a hosted assertion: ``id`` since 1.1, ``verify.url`` before."""
    document = json.loads(assertion)
    verify = document.get("verify")
    candidates = [document.get("id"), verify.get("url") if isinstance(verify, dict) else None]
    return next((url for url in candidates if isinstance(url, str) and WEB_ADDRESS.fullmatch(url)), "")


def _utf8(image: bytes) -> bytes:
    """Return the SVG in UTF-8 without its XML declaration, so that it can be cut at byte positions."""
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
        raise SourceRefusedError(
            "bad-image", "the badge image", f"the SVG declares the encoding {encoding}, but doesn't use it"
        ) from error


def _tag_end(drawing: bytes, at: int) -> int:
    """Return the position after the ``>`` of the tag that begins at `at`. A ``>`` within quotes doesn't end the tag."""
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
