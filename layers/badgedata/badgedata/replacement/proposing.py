"""From what a person sends, an address, JSON or an image, to a badge class proposal."""

import base64
import binascii
from collections.abc import Callable
from typing import Any, Final

import msgspec

from badgedata.config import config
from badgedata.openbadges.images import IMAGE_BYTES
from badgedata.openbadges.proposals import BadgeClassProposal
from badgedata.openbadges.reading import read_source
from badgedata.openbadges.refusals import SourceRefused
from badgedata.openbadges.source_documents import Fetch, SourceDocument
from badgedata.problems import FieldError, Problem, invalid
from badgedata.replacement.source import Source, SourceKind
from badgedata.replacement.sources import SourceFetcher

LONGEST_URL: Final = 2048


def propose(source: Source) -> BadgeClassProposal:
    """Read a source, and whatever it links to.

    Raises
    ------
    Problem
        422 with the code of the refusal, naming what was sent and which document was at fault; 413 where what was sent
        is too large.
    """
    fetch = SourceFetcher(allow_loopback=config().loopback_sources).fetch
    try:
        return read_source(_BEGINNINGS[source.kind](source.content, fetch), fetch)
    except SourceRefused as refused:
        raise _problem(source.kind, refused.code, str(refused)) from refused


def _at_address(url: str, fetch: Fetch) -> SourceDocument:
    if len(url) > LONGEST_URL:
        raise invalid("url", f"An address of at most {LONGEST_URL} characters was expected, found {len(url)}.")
    return fetch(url.strip())


def _from_json(content: Any, _: Fetch) -> SourceDocument:
    body = content.encode("utf-8", "replace") if isinstance(content, str) else msgspec.json.encode(content)
    return SourceDocument(None, "application/json", body)


def _from_image(content: str, _: Fetch) -> SourceDocument:
    # Four characters are three bytes: looked at before decoding.
    if len(content) > (IMAGE_BYTES + 2) // 3 * 4:
        size = len(content) * 3 // 4
        raise _problem("image", "source-too-large", f"An image of at most 4 MiB was expected, found {size} bytes.")
    try:
        return SourceDocument(None, "image/*", base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError) as error:
        raise invalid("image", f"A PNG or SVG in Base64 (RFC 4648, section 4) was expected: {error}.") from None


_BEGINNINGS: Final[dict[SourceKind, Callable[[Any, Fetch], SourceDocument]]] = {
    "url": _at_address,
    "json": _from_json,
    "image": _from_image,
}


def _problem(kind: SourceKind, code: str, message: str) -> Problem:
    is_own_size = code == "source-too-large" and kind != "url"
    status, title = (413, "Too large") if is_own_size else (422, "Source refused")
    return Problem(status, code, title, message, [FieldError(kind, message)])
