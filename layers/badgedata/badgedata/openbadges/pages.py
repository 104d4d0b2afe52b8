"""Find the badge that a page, or the HTTP answer that it came in, links or holds."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from badgedata.openbadges.source_documents import SourceDocument, absolute, is_web_address

# By preference. What is JSON of any kind comes after what can only be JSON-LD.
LINKED_TYPES: Final = (
    "application/ld+json",
    "application/vc+ld+json",
    "application/vc",
    "application/vc+jwt",
    "application/json",
)
EMBEDDED_TYPE: Final = "application/ld+json"
EMBEDDED_RANK: Final = LINKED_TYPES.index("application/json")

# Each alternative either matches, if need be up to the end, or gives up at the next "<": no page is gone through twice.
ATTRIBUTES: Final = r"""((?:[^<>"']++|"[^"<]*"|'[^'<]*'|["'])*+)>"""
PIECE: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    rf"|<(script|style|textarea|title|xmp)\b{ATTRIBUTES}(.*?)(?:</\1|\Z)"
    rf"|<(link|base)\s{ATTRIBUTES}",
    re.IGNORECASE | re.DOTALL,
)
# Begins at a name's first letter only, and gives nothing of it back: a tag of letters alone is gone through once.
ATTRIBUTE: Final = re.compile(r"""(?<![a-z-])([a-z-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
HEADER_LINK: Final = re.compile(r"<([^<>]*)>([^<]*)")


@dataclass(frozen=True)
class Linked:
    """Where the badge may be: at an address, or within the page."""

    rank: int
    url: str
    embedded: SourceDocument | None = None


def best_first(links: list[Linked]) -> Iterator[Linked]:
    """Yield links by preference, each address once."""
    seen = set()
    for linked in sorted(links, key=lambda one: (one.rank, one.embedded is None)):
        # Of the same rank, what is in the page comes first: it takes nothing to read.
        if linked.embedded is not None or linked.url not in seen:
            seen.add(linked.url)
            yield linked


def links_of_answer(document: SourceDocument) -> list[Linked]:
    """Return what the HTTP answer links as a badge, by its ``Link`` header.

    Notes
    -----
    JSON-LD 1.1, section 6.2, and RFC 8288: relative addresses start from the document's.
    """
    found = []
    for url, parameters in HEADER_LINK.findall(document.link_header):
        values = {name: value.rstrip(";, ") for name, value in _attributes(parameters).items()}
        if (rank := _rank(values)) is not None and "anchor" not in values:
            found.append(Linked(rank, absolute(document.url, url.strip())))
    return found


def links_of_page(document: SourceDocument, page: str) -> list[Linked]:
    """Return what a page links (``<link rel="alternate">``) or holds (``<script>``) as a badge."""
    base, found, embedded = None, [], []
    for piece in PIECE.finditer(page):
        raw, raw_attributes, content, tag, tag_attributes = piece.groups()
        if raw is not None and raw.lower() == "script":
            if _media_type(_attributes(raw_attributes)) == EMBEDDED_TYPE and content.lstrip().startswith(("{", "[")):
                embedded.append(content.strip())
        elif tag is not None:
            values = _attributes(tag_attributes)
            if tag.lower() == "base":  # the first one counts (HTML, section 4.2.3)
                base = values.get("href") if base is None else base
            elif (rank := _rank(values)) is not None and values.get("href"):
                found.append((rank, values["href"]))
    start = absolute(document.url, base) if base else document.url
    start = start if start is not None and is_web_address(start) else document.url
    return [
        *(Linked(rank, absolute(start, url)) for rank, url in found),
        *(Linked(EMBEDDED_RANK, "", _as_document(text, start, document)) for text in embedded),
    ]


def _as_document(text: str, start: str | None, page: SourceDocument) -> SourceDocument:
    return SourceDocument(start, EMBEDDED_TYPE, text.encode("utf-8", "surrogateescape"), is_within=page.label)


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, *value in ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), html.unescape("".join(value)).strip())
    return found


def _rank(values: dict[str, str]) -> int | None:
    kind = _media_type(values)
    is_alternate = "alternate" in values.get("rel", "").lower().split()
    return LINKED_TYPES.index(kind) if is_alternate and kind in LINKED_TYPES else None


def _media_type(values: dict[str, str]) -> str:
    return values.get("type", "").split(";")[0].strip().lower()
