"""The documents that one source is made of, and the trail from one to the next: bounded, and never in a circle."""

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
# Spaces of any kind, but not the tabs and line ends that tricks with addresses are made of.
SPACE: Final = re.compile(r"[^\S\t\r\n\v\f]")


@dataclass(frozen=True)
class SourceDocument:
    """One document as it arrived.

    Parameters
    ----------
    url
        Where it was read, after redirects; None for what was sent along.
    content_type
        What the sender calls it, e.g. ``application/ld+json; charset=utf-8``; only ever a hint.
    body
        Its bytes.
    link_header
        What the sender's ``Link`` header says (RFC 8288); "" where there is none.
    is_within
        What a refusal calls the page that this document is part of; "" for a document of its own.
    """

    url: str | None
    content_type: str
    body: bytes
    link_header: str = ""
    is_within: str = ""

    @property
    def label(self) -> str:
        """What a refusal calls it."""
        if self.is_within:
            return f"the JSON within {self.is_within}"
        if self.url is not None:
            return self.url
        return "the image you sent" if self.content_type.startswith("image/") else "the JSON you sent"

    def text(self) -> str:
        """Return what it says, without byte order mark and surrounding white space.

        Raises
        ------
        SourceRefusedError
            ``source-too-large`` past 1 MiB, ``not-open-badges`` where the bytes are not of the declared charset.
        """
        if len(self.body) > MAX_DOCUMENT_BYTES:
            raise SourceRefusedError(
                "source-too-large", self.label, f"at most 1 MiB was expected, found {len(self.body)} bytes"
            )
        return bare(decoded(self.body, self.content_type, self.label))


type Fetch = Callable[[str], SourceDocument]


class DocumentTrail:
    """Reads the documents that a source links to, at most 5 in all, the source itself counted.

    Parameters
    ----------
    source
        The document it begins with.
    fetch
        Reads one address; raises `SourceRefusedError`.
    """

    def __init__(self, source: SourceDocument, fetch: Fetch) -> None:
        self._fetch = fetch
        own = spaces_encoded(without_fragment(source.url or ""))
        self._read = {own: source} if own else {}
        self._followed = {own} if own else set()
        self._documents = 1

    def follow(self, url: str, found_in: str) -> SourceDocument:
        """The document that another one stands for or is part of.

        Raises
        ------
        SourceRefusedError
            ``circular-links`` where this trail was there before, ``too-many-documents``, ``blocked-address`` for what
            is no http or https address, or whatever fetching it meets.
        """
        address = spaces_encoded(without_fragment(url))
        if address in self._followed:
            raise SourceRefusedError(
                "circular-links", found_in, f"it links to {quoted(address)}, which leads back to it"
            )
        self._followed.add(address)
        return self.look_up(url, found_in)

    def look_up(self, url: str, found_in: str) -> SourceDocument:
        """A document on the side (an image, a key, a profile), which may have been read before."""
        address = spaces_encoded(without_fragment(url))
        if (read := self._read.get(address)) is not None:
            return read
        if not is_web_address(address):
            raise SourceRefusedError(
                "blocked-address", found_in, f"only http and https addresses are followed, found {quoted(url)}"
            )
        if self._documents >= MAX_DOCUMENTS:
            raise SourceRefusedError(
                "too-many-documents",
                found_in,
                f"a source may be at most {MAX_DOCUMENTS} documents, and {quoted(address)} would be one more",
            )
        self._documents += 1
        self._read[address] = document = self._fetch(address)
        return document


def bare(text: str) -> str:
    """Return a text without the byte order mark and the white space around it."""
    return text.strip().strip("\ufeff").strip()


def spaces_encoded(url: str) -> str:
    """Return an address with the spaces in its path percent-encoded, as browsers do.

    >>> spaces_encoded("https://badges.example/green tile.png")
    'https://badges.example/green%20tile.png'
    """
    url = url.strip()
    authority = re.match(r"(?:[^:/?#]*:)?//[^/?#]*", url)
    start = authority.end() if authority else 0  # a space in a host is no mistake to mend
    return url[:start] + SPACE.sub(lambda space: quote(space[0]), url[start:])


def is_web_address(url: str) -> bool:
    """Whether it is an absolute http or https address with a host.

    >>> is_web_address("https://badges.example/1"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and not any(map(str.isspace, url))
    except ValueError:
        return False


def without_fragment(url: str) -> str:
    """The address of the document, without the part of it that is meant; takes broken addresses as well."""
    return url.partition("#")[0]


def absolute(base: str | None, reference: str) -> str:
    """The address that a reference within a document at ``base`` means; as it is where it can't be joined."""
    try:
        return urljoin(base or "", reference)
    except ValueError:
        return reference
