"""A source's documents, and the trail from one to the next, which is limited in length and free of cycles."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urljoin, urlsplit

from badgedata.openbadges.charsets import decoded
from badgedata.openbadges.refusals import SourceRefusedError, quoted

MAX_DOCUMENTS: Final = 5
MAX_DOCUMENT_BYTES: Final = 1024 * 1024
MAX_IMAGE_BYTES: Final = 4 * 1024 * 1024
# Spaces of any kind, but not tabs and line breaks, which are used in URL attacks.
SPACE: Final = re.compile(r"[^\S\t\r\n\v\f]")


@dataclass(frozen=True)
class SourceDocument:
    """A document as received.

    Parameters
    ----------
    url
        Its URL after redirects, or None for content that was sent in the request.
    content_type
        The sender's Content-Type, such as ``application/ld+json; charset=utf-8``. It is only a hint.
    body
        Its bytes.
    link_header
        The sender's ``Link`` header (RFC 8288), or "" if there is none.
    page
        The name, as used in error messages, of the page that contains this document, or "" for a separate document.
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
        """Return the document's text, without a byte order mark and surrounding whitespace.

        Raises
        ------
        SourceRefusedError
            ``source-too-large`` above 1 MiB, ``not-open-badges`` if the bytes are invalid in the charset.
        """
        if len(self.body) > MAX_DOCUMENT_BYTES:
            raise SourceRefusedError(
                "source-too-large", self.label, f"the maximum size is 1 MiB; the document has {len(self.body)} bytes"
            )
        return bare(decoded(self.body, self.content_type, self.label))


type Fetch = Callable[[str], SourceDocument]


class DocumentTrail:
    """Reads the documents that a source links to, at most 5 including the source itself.

    Parameters
    ----------
    source
        The first document.
    fetch
        Returns the document at a URL, or raises `SourceRefusedError`.
    """

    def __init__(self, source: SourceDocument, fetch: Fetch) -> None:
        self._fetch = fetch
        own = spaces_encoded(without_fragment(source.url or ""))
        self._read = {own: source} if own else {}
        self._followed = {own} if own else set()
        self._documents = 1

    def follow(self, url: str, found_in: str) -> SourceDocument:
        """Return the document at a URL, as the next one on the way to the badge class.

        Raises
        ------
        SourceRefusedError
            ``circular-links`` if this trail has already followed the URL, ``too-many-documents``, ``blocked-address``
            if it is not an http or https URL, or an error from `fetch`.
        """
        address = spaces_encoded(without_fragment(url))
        if address in self._followed:
            raise SourceRefusedError(
                "circular-links", found_in, f"it links to {quoted(address)}, which links back to it"
            )
        self._followed.add(address)
        return self.look_up(url, found_in)

    def look_up(self, url: str, found_in: str) -> SourceDocument:
        """Return a related document (an image, a key, or a profile), which may have been read before."""
        address = spaces_encoded(without_fragment(url))
        if (read := self._read.get(address)) is not None:
            return read
        if not is_web_address(address):
            raise SourceRefusedError(
                "blocked-address", found_in, f"expected an http or https URL, found {quoted(url)}", "not-web-address"
            )
        if self._documents >= MAX_DOCUMENTS:
            raise SourceRefusedError(
                "too-many-documents",
                found_in,
                f"a source can have at most {MAX_DOCUMENTS} documents, and {quoted(address)} would exceed that",
            )
        self._documents += 1
        self._read[address] = document = self._fetch(address)
        return document


def bare(text: str) -> str:
    """Return text without a byte order mark and surrounding whitespace."""
    return text.strip().strip("\ufeff").strip()


def spaces_encoded(url: str) -> str:
    """Return a URL with the spaces in its path percent-encoded, as browsers do.

    >>> spaces_encoded("https://badges.example/green tile.png")
    'https://badges.example/green%20tile.png'
    """
    url = url.strip()
    authority = re.match(r"(?:[^:/?#]*:)?//[^/?#]*", url)
    start = authority.end() if authority else 0  # a space in a host name can't be encoded
    return url[:start] + SPACE.sub(lambda space: quote(space[0]), url[start:])


def is_web_address(url: str) -> bool:
    """Return whether this is an absolute http or https URL with a host.

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
    """Return a reference in a document at `base` as an absolute URL, or unchanged if they can't be joined."""
    try:
        return urljoin(base or "", reference)
    except ValueError:
        return reference
