"""Tell addresses from text, and complete the addresses that a source abbreviates."""

import re
from typing import Final

from badgedata.openbadges.notices import Notice
from badgedata.openbadges.refusals import quoted
from badgedata.openbadges.source_documents import absolute, is_web_address, spaces_encoded

SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
WEB_SCHEME: Final = re.compile(r"https?://\S", re.IGNORECASE)
# Never text, even with spaces in it.
ACTING_SCHEME: Final = re.compile(r"\s*(?:javascript|vbscript|data|file|blob)\s*:", re.IGNORECASE)
# A host at the start, as in "www.example.org/trees"; "criteria.html" is a page, not a host.
HOST: Final = re.compile(r"(?:[\w-]+\.)+(?!\d)(\w{2,24})(?::\d+)?(?=[/?#]|$)")
PAGE_ENDINGS: Final = frozenset(
    {"html", "htm", "xhtml", "php", "asp", "aspx", "jsp", "json", "jsonld", "md", "txt", "pdf"}
)
# A relative reference that is recognizable as one: a path, a query, a fragment, or a file with an ending.
TAIL: Final = r"""[^\s<>"{}|\\^`]"""
REFERENCE: Final = re.compile(
    rf"(?:\.{{0,2}}/|[?#]){TAIL}+|(?!n/a$)[\w~%.+-]+/(?:[\w~%.+/-]*)(?:[?#]{TAIL}*)?|[\w~%.+-]*\.\w{{1,6}}(?:[?#]{TAIL}*)?",
    re.IGNORECASE,
)


def is_text(found: str) -> bool:
    """Return whether a value that may be an address or a text is a text.

    >>> [is_text(found) for found in ("Plant two trees.", "www.example.org/trees", "criteria.html", "Attendance")]
    [True, False, False, True]
    """
    if WEB_SCHEME.match(found):
        return "\n" in found
    if ACTING_SCHEME.match(found):
        return False
    if any(map(str.isspace, found)):
        return True
    return not (SCHEME.match(found) or found.startswith("//") or HOST.match(found) or REFERENCE.fullmatch(found))


def web_link(reference: str, base: str | None, whose: str, notices: list[Notice]) -> str:
    """Return an http or https address, which pages can turn into a link.

    Parameters
    ----------
    reference
        The address as the source has it: whole, relative (JSON-LD 1.1, "IRI expansion"), or without its scheme.
    base
        The address that relative ones start from, if any.
    whose
        What a notice calls it, e.g. ``the criteria``.
    notices
        Gets one where the address is left out or had to be completed by a guess.

    Returns
    -------
    str
        "" where the source has none, or none that is a web address.
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
