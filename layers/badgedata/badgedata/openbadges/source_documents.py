"""Decode a source's documents and follow the links between them.

Text is decoded according to its byte order mark or its declared charset, or else as UTF-8.
"""

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from badgedata.openbadges.rejections import SourceRejectedError, quoted

MAX_DOCUMENTS: Final = 5
MAX_DOCUMENT_BYTES: Final = 1024 * 1024
MAX_IMAGE_BYTES: Final = 4 * 1024 * 1024
# Spaces of any kind, but not tabs and line breaks, which are used in URL attacks.
SPACE: Final = re.compile(r"[^\S\t\r\n\v\f]")
LABEL: Final = r"""["']?\s*([\w.:+-]{1,40})"""
CONTENT_TYPE_CHARSET: Final = re.compile(r";\s*charset\s*=\s*" + LABEL, re.IGNORECASE | re.ASCII)
# HTML, section 4.2.5.4: the declaration is within the first 1024 bytes.
MAX_PAGE_OPENING_BYTES: Final = 1024
PAGE_CHARSET: Final = re.compile(
    rf"<(?:meta\s[^<>]*?charset|\?xml\s[^<>]*?encoding)\s*=\s*{LABEL}".encode(), re.IGNORECASE
)
# Python supports more codecs, but some are slow, and others are not document charsets (punycode).
CHARSETS: Final = re.compile(
    r"utf-8|utf-16(-[lb]e)?|utf-32(-[lb]e)?|iso8859-\d+|cp125\d|cp866|cp874|cp932|cp949|koi8-[ru]|mac-(roman|cyrillic)|"
    r"shift_jis|euc_jp|iso2022_jp|euc_kr|gb2312|gbk|gb18030|big5(hkscs)?|tis-620"
)
# Encoding Standard, "Names and labels": browsers treat the Latin-1 and ASCII labels as Windows-1252.
LATIN: Final = frozenset({"iso8859-1", "ascii", "cp1252"})
# The five bytes that Windows-1252 doesn't assign to a letter are control characters, as in Latin-1.
UNDEFINED: Final = {0xDC00 + byte: byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)}
# Standard encodings, and the vendors' extensions that are used to decode them.
WIDER: Final = {"shift_jis": "cp932", "euc_kr": "cp949", "gb2312": "gbk", "iso8859-9": "cp1254", "iso8859-11": "cp874"}


@dataclass(frozen=True)
class SourceDocument:
    """A document exactly as it was received.

    Parameters
    ----------
    url
        The document's URL after redirects, or None for content that was sent in the request.
    content_type
        The Content-Type that the sender declared, such as ``application/ld+json; charset=utf-8``. It may be wrong.
    body
        The document's bytes.
    link_header
        The sender's ``Link`` header (RFC 8288), or "" if there is none.
    page
        The name of the page that embeds the document, as used in error messages, or "" if no page embeds it.
    """

    url: str | None
    content_type: str
    body: bytes
    link_header: str = ""
    page: str = ""

    @property
    def label(self) -> str:
        """The document's name, as used in error messages."""
        if self.page:
            return f"the JSON within {self.page}"
        if self.url is not None:
            return self.url
        return "the image you sent" if self.content_type.startswith("image/") else "the JSON you sent"

    def text(self) -> str:
        """Return the document's text, without a byte order mark or surrounding whitespace.

        Raises
        ------
        SourceRejectedError
            - ``source-too-large`` if the text exceeds 1 MiB.
            - ``not-open-badges`` if the bytes can't be decoded.
        """
        if len(self.body) > MAX_DOCUMENT_BYTES:
            raise SourceRejectedError(
                "source-too-large", self.label, f"the maximum size is 1 MiB; the document is {len(self.body)} bytes"
            )
        return bare(decoded(self.body, self.content_type, self.label))


type Fetch = Callable[[str], SourceDocument]


class DocumentTrail:
    """A reader for the documents that a source links to. It reads at most 5 documents, including the source itself.

    Parameters
    ----------
    source
        The first document.
    fetch
        A function that returns the document at a URL, or raises `SourceRejectedError`.
    """

    def __init__(self, source: SourceDocument, fetch: Fetch) -> None:
        self._fetch = fetch
        own = spaces_encoded(without_fragment(source.url or ""))
        self._read = {own: source} if own else {}
        self._followed = {own} if own else set()
        self._documents = 1

    def follow(self, url: str, found_in: str) -> SourceDocument:
        """Return the next document in the chain that leads to the badge class. Each URL can be followed only once.

        Raises
        ------
        SourceRejectedError
            - ``circular-links`` if the URL was already followed.
            - ``blocked-address`` if the URL isn't an absolute http or https URL.
            - ``too-many-documents`` if 5 documents have already been read.
            - Any code that `fetch` raises.
        """
        address = spaces_encoded(without_fragment(url))
        if address in self._followed:
            raise SourceRejectedError(
                "circular-links", found_in, f"it links to {quoted(address)}, which links back to it"
            )
        self._followed.add(address)
        return self.look_up(url, found_in)

    def look_up(self, url: str, found_in: str) -> SourceDocument:
        """Return a related document, such as an image, a key, or a profile. Each URL is fetched only once."""
        address = spaces_encoded(without_fragment(url))
        if (read := self._read.get(address)) is not None:
            return read
        if not is_web_address(address):
            raise SourceRejectedError(
                "blocked-address", found_in, f"expected an http or https URL, found {quoted(url)}", "not-web-address"
            )
        if self._documents >= MAX_DOCUMENTS:
            raise SourceRejectedError(
                "too-many-documents",
                found_in,
                f"a source can have at most {MAX_DOCUMENTS} documents, and {quoted(address)} would exceed this limit",
            )
        self._documents += 1
        self._read[address] = document = self._fetch(address)
        return document


def bare(text: str) -> str:
    """Return text without a byte order mark or surrounding whitespace."""
    return text.strip().strip("\ufeff").strip()


def spaces_encoded(url: str) -> str:
    """Percent-encode the spaces after a URL's host, as browsers do.

    >>> spaces_encoded("https://badges.example/green tile.png")
    'https://badges.example/green%20tile.png'
    """
    url = url.strip()
    authority = re.match(r"(?:[^:/?#]*:)?//[^/?#]*", url)
    start = authority.end() if authority else 0  # a space in a host name can't be encoded
    return url[:start] + SPACE.sub(lambda space: quote(space[0]), url[start:])


def is_web_address(url: str) -> bool:
    """Return whether a string is an absolute http or https URL with a host.

    >>> is_web_address("https://badges.example/1"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(map(str.isspace, url))
    except ValueError:
        return False


def without_fragment(url: str) -> str:
    """Return a URL without its fragment. The URL may be invalid."""
    return url.partition("#")[0]


def absolute(base: str | None, reference: str) -> str:
    """Return the absolute URL for a reference in the document at `base`. Return an invalid reference unchanged."""
    try:
        return urljoin(base or "", reference)
    except ValueError:
        return reference


def decoded(body: bytes, content_type: str, document: str) -> str:
    """Return a document's text.

    Parameters
    ----------
    body
        The document's bytes: JSON, a JWS, a URL, or a page.
    content_type
        The sender's Content-Type, such as ``application/json; charset=ISO-8859-1``.
    document
        The document's name, as used in error messages.

    Raises
    ------
    SourceRejectedError
        ``not-open-badges`` if the bytes can't be decoded. Invalid bytes are never replaced with U+FFFD.

    Notes
    -----
    A byte order mark takes precedence over any declaration (Encoding Standard, "BOM sniff"). JSON is UTF-8 and has no
    charset declaration (RFC 8259, sections 8.1 and 11). However, older senders use UTF-16 (RFC 4627, section 3) or
    declare another charset.

    Examples
    --------
    >>> decoded(b'"B' + bytes([0xE4]) + b'ume"', "application/json; charset=ISO-8859-1", "the JSON you sent")
    '"Bäume"'
    """
    is_page = body[:MAX_PAGE_OPENING_BYTES].lstrip().startswith(b"<")
    declared = _declared(body, content_type, is_page=is_page)
    sniffed = json.detect_encoding(body)
    if sniffed != "utf-8":  # a byte order mark, or the zero bytes of UTF-16 and UTF-32
        return _decoded(body, sniffed, document, is_page=is_page)
    # Any bytes are valid Latin-1, and many servers declare it by default for UTF-8 content.
    if declared in (None, "utf-8", "cp1252"):
        try:
            return body.decode()
        except UnicodeDecodeError:
            declared = declared or ("cp1252" if is_page else None)  # the default for pages
    return _decoded(body, declared or "utf-8", document, is_page=is_page)


def decoded_baked(text: bytes) -> str:
    """Decode an image's badge data as UTF-8, or as Latin-1 if it isn't valid UTF-8.

    The PNG specification requires Latin-1 for tEXt, but baking tools have always written UTF-8, some with a byte order
    mark.
    """
    try:
        return text.decode(json.detect_encoding(text))
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _declared(body: bytes, content_type: str, *, is_page: bool) -> str | None:
    """Return the codec for the declared charset, or None if no known charset is declared.

    The sender's declaration takes precedence over a declaration in the page.
    """
    if match := CONTENT_TYPE_CHARSET.search(content_type):
        return _codec(match[1])
    if is_page and (in_page := PAGE_CHARSET.search(body[:MAX_PAGE_OPENING_BYTES])):
        codec = _codec(in_page[1].decode("ascii", "replace"))
        # A page whose declaration can be read is not in UTF-16 (HTML, "prescan a byte stream").
        return "utf-8" if codec is not None and codec.startswith(("utf-16", "utf-32")) else codec
    return None


def _codec(label: str) -> str | None:
    try:
        codec = codecs.lookup(label).name
    except LookupError:
        return None
    if codec in LATIN:
        return "cp1252"
    codec = WIDER.get(codec, codec)
    return codec if CHARSETS.fullmatch(codec) else None


def _decoded(body: bytes, codec: str, document: str, *, is_page: bool) -> str:
    try:
        if codec == "cp1252":
            return body.decode(codec, "surrogateescape").translate(UNDEFINED)
        # A page is only searched for links. Any invalid bytes in it are kept and never become part of a badge.
        return body.decode(codec, "surrogateescape" if is_page else "strict")
    except UnicodeDecodeError as error:
        charset = "UTF-8 or the charset that its Content-Type declares" if codec == "utf-8" else quoted(codec)
        byte = f"the byte 0x{body[error.start]:02x} at position {error.start}"
        raise SourceRejectedError("not-open-badges", document, f"expected text in {charset}, found {byte}") from error
