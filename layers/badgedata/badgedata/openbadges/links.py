"""Find the links in a source, and resolve relative links."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from badgedata.openbadges.notices import Notice
from badgedata.openbadges.rejections import quoted
from badgedata.openbadges.source_documents import SourceDocument, absolute, is_web_address, spaces_encoded

SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
WEB_SCHEME: Final = re.compile(r"https?://\S", re.IGNORECASE)
# These prefixes mark a URL, even if it contains spaces.
ACTING_SCHEME: Final = re.compile(r"\s*(?:javascript|vbscript|data|file|blob)\s*:", re.IGNORECASE)
# A host at the start, as in "www.example.org/trees". "criteria.html" is a page, not a host.
HOST: Final = re.compile(r"(?:[\w-]+\.)+(?!\d)(\w{2,24})(?::\d+)?(?=[/?#]|$)")
PAGE_ENDINGS: Final = frozenset(
    {"html", "htm", "xhtml", "php", "asp", "aspx", "jsp", "json", "jsonld", "md", "txt", "pdf"}
)
# Text that is recognizable as a relative reference: a path, a query, a fragment, or a file with an extension.
TAIL: Final = r"""[^\s<>"{}|\\^`]"""
REFERENCE: Final = re.compile(
    rf"(?:\.{{0,2}}/|[?#]){TAIL}+|(?!n/a$)[\w~%.+-]+/(?:[\w~%.+/-]*)(?:[?#]{TAIL}*)?|[\w~%.+-]*\.\w{{1,6}}(?:[?#]{TAIL}*)?",
    re.IGNORECASE,
)

# In order of preference: application/json comes last, because any JSON has this type.
LINKED_TYPES: Final = (
    "application/ld+json",
    "application/vc+ld+json",
    "application/vc",
    "application/vc+jwt",
    "application/json",
)
EMBEDDED_TYPE: Final = "application/ld+json"
EMBEDDED_RANK: Final = LINKED_TYPES.index("application/json")

# Each alternative either matches, or fails no later than at the next "<", so no page is scanned twice.
ATTRIBUTES: Final = r"""((?:[^<>"']++|"[^"<]*"|'[^'<]*'|["'])*+)>"""
PIECE: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    rf"|<(script|style|textarea|title|xmp)\b{ATTRIBUTES}(.*?)(?:</\1|\Z)"
    rf"|<(link|base)\s{ATTRIBUTES}",
    re.IGNORECASE | re.DOTALL,
)
# A match starts only at a name's first letter, without backtracking, so a tag made up only of letters is scanned once.
ATTRIBUTE: Final = re.compile(r"""(?<![a-z-])([a-z-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
HEADER_LINK: Final = re.compile(r"<([^<>]*)>([^<]*)")


def is_text(text: str) -> bool:
    """Return whether a value is text, not a URL.

    >>> [is_text(found) for found in ("Plant two trees.", "www.example.org/trees", "criteria.html", "Attendance")]
    [True, False, False, True]
    """
    if WEB_SCHEME.match(text):
        return "\n" in text
    if ACTING_SCHEME.match(text):
        return False
    if any(map(str.isspace, text)):
        return True
    return not (SCHEME.match(text) or text.startswith("//") or HOST.match(text) or REFERENCE.fullmatch(text))


def web_link(reference: str, base: str | None, whose: str, notices: list[Notice]) -> str:
    """Convert a URL in a source to an http or https URL that a page can link to.

    Parameters
    ----------
    reference
        The URL in the source. It can be relative (JSON-LD 1.1, "IRI expansion") or lack a scheme.
    base
        The base URL for relative references, if any.
    whose
        The name of the part of the badge class that contains the URL, such as ``the criteria``. Notices
        include this name.
    notices
        The list to which a notice is appended if the URL is omitted or its scheme is guessed.

    Returns
    -------
    str
        The URL, or "" if the reference can't be converted to an http or https URL.
    """
    reference = spaces_encoded(reference)
    if not reference or is_web_address(reference):
        return reference
    if (host := HOST.match(reference)) and (reference.startswith("www.") or host[1].lower() not in PAGE_ENDINGS):
        notices.append(Notice("address-without-scheme", (whose, quoted(reference))))
        return f"https://{reference}"
    if not SCHEME.match(reference) and (reference.startswith("//") or REFERENCE.fullmatch(reference)):
        joined = absolute(base or ("https:" if reference.startswith("//") else None), reference)
        if is_web_address(joined):
            return joined
        notices.append(Notice("address-relative", (whose, quoted(reference))))
        return ""
    notices.append(Notice("address-left-out", (whose, quoted(reference))))
    return ""


@dataclass(frozen=True)
class Linked:
    """A possible location of a badge: a URL, or JSON in a page."""

    rank: int
    url: str
    embedded: SourceDocument | None = None


def best_first(links: list[Linked]) -> Iterator[Linked]:
    """Yield the links from best to worst, without duplicate URLs."""
    seen = set()
    for linked in sorted(links, key=lambda one: (one.rank, one.embedded is None)):
        # Within the same rank, JSON in the page comes first, because it doesn't require fetching anything.
        if linked.embedded is not None or linked.url not in seen:
            seen.add(linked.url)
            yield linked


def links_of_response(document: SourceDocument) -> list[Linked]:
    """Return the badge links in the ``Link`` header of an HTTP response.

    Notes
    -----
    Relative URLs are resolved against the document's URL (JSON-LD 1.1, section 6.2; RFC 8288).
    """
    links = []
    for url, parameters in HEADER_LINK.findall(document.link_header):
        values = {name: value.rstrip(";, ") for name, value in _attributes(parameters).items()}
        if (rank := _rank(values)) is not None and "anchor" not in values:
            links.append(Linked(rank, absolute(document.url, url.strip())))
    return links


def links_of_page(document: SourceDocument, page: str) -> list[Linked]:
    """Return a page's badge links (``<link rel="alternate">``) and embedded JSON-LD (``<script>``)."""
    base, links, embedded = None, [], []
    for piece in PIECE.finditer(page):
        raw, raw_attributes, content, tag, tag_attributes = piece.groups()
        if raw is not None and raw.lower() == "script":
            if _media_type(_attributes(raw_attributes)) == EMBEDDED_TYPE and content.lstrip().startswith(("{", "[")):
                embedded.append(content.strip())
        elif tag is not None:
            values = _attributes(tag_attributes)
            if tag.lower() == "base":  # only the first one counts (HTML, section 4.2.3)
                base = values.get("href") if base is None else base
            elif (rank := _rank(values)) is not None and values.get("href"):
                links.append((rank, values["href"]))
    start = absolute(document.url, base) if base else document.url
    start = start if start is not None and is_web_address(start) else document.url
    return [
        *(Linked(rank, absolute(start, url)) for rank, url in links),
        *(Linked(EMBEDDED_RANK, "", _as_document(text, start, document)) for text in embedded),
    ]


def _as_document(text: str, start: str | None, page: SourceDocument) -> SourceDocument:
    return SourceDocument(start, EMBEDDED_TYPE, text.encode("utf-8", "surrogateescape"), page=page.label)


def _attributes(text: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for name, *value in ATTRIBUTE.findall(text):
        attributes.setdefault(name.lower(), html.unescape("".join(value)).strip())
    return attributes


def _rank(values: dict[str, str]) -> int | None:
    kind = _media_type(values)
    is_alternate = "alternate" in values.get("rel", "").lower().split()
    return LINKED_TYPES.index(kind) if is_alternate and kind in LINKED_TYPES else None


def _media_type(values: dict[str, str]) -> str:
    return values.get("type", "").split(";")[0].strip().lower()
