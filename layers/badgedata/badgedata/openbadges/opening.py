"""From what arrived to the Open Badges JSON in it: out of an image, a signature, a page, or as it is."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from badgedata.openbadges.baked_images import image_content_type, unbake
from badgedata.openbadges.json_documents import JsonDocument, json_object, json_value
from badgedata.openbadges.pages import Linked, best_first, links_of_answer, links_of_page
from badgedata.openbadges.refusals import SourceRefused, quoted
from badgedata.openbadges.source_documents import DOCUMENT_BYTES, DocumentTrail, SourceDocument, bare, is_web_address
from badgedata.openbadges.wrappings import is_presentation, unwrapped

COMPACT_JWS: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
# What leads to the next of several links. An address that may not be asked refuses the source, wherever it is found.
PASSED_OVER: Final = frozenset(
    {"bad-image", "circular-links", "no-badge-in-image", "not-open-badges", "source-too-large", "unreachable-source"}
)


@dataclass(frozen=True)
class OpenedSource:
    """The Open Badges JSON of a source.

    Parameters
    ----------
    json
        The assertion, credential or badge class.
    token
        The compact JWS that it came in, when it was signed as a whole.
    image
        The baked image that it came in, when it did.
    """

    json: JsonDocument
    token: str | None
    image: SourceDocument | None


def open_source[Found](
    document: SourceDocument,
    trail: DocumentTrail,
    accept: Callable[[OpenedSource], Found],
    image: SourceDocument | None = None,
) -> Found:
    """Take the JSON out of a document, following what merely points to it.

    Parameters
    ----------
    document
        JSON, a compact JWS, an address, a baked image, or a page that links or holds one of these.
    trail
        Reads what the document points to.
    accept
        Makes what the caller wants of the JSON. Where a page links several documents, the first one that `accept` does
        not refuse is taken.
    image
        The baked image that led to the document.

    Raises
    ------
    SourceRefused
        ``not-open-badges``, ``no-badge-in-image``, ``bad-image``, ``source-too-large``, or what the trail or `accept`
        raises.
    """
    try:
        text, is_image = _text(document)
    except SourceRefused as refused:
        if refused.code != "no-badge-in-image" or not (links := links_of_answer(document)):
            raise
        return _first_accepted(links, document, trail, accept, image, refused)
    image = document if is_image and image is None else image
    found: JsonDocument | str = text
    while isinstance(found, str) and found.startswith(("{", "[", '"')):  # in a JSON string, there may be more JSON
        value = unwrapped(json_value(found, document.label), document.label, document.url)
        if value is None:
            break
        found = value
    token = None
    while isinstance(found, str) and COMPACT_JWS.fullmatch(found):
        token, claims = found, _claims(found, document)
        found = unwrapped(claims.fields, claims.document, claims.url) or ""
        if is_presentation(claims):  # its signature is the holder's, and shows nothing of the credential in it
            token = None
    if isinstance(found, JsonDocument):
        return accept(OpenedSource(found, token, image))
    if is_web_address(found):  # as legacy baked images have it
        return open_source(trail.follow(found, document.label), trail, accept, image)
    links = links_of_page(document, found) if found.startswith("<") else []
    return _first_accepted(
        [*links_of_answer(document), *links], document, trail, accept, image, _nothing(found, document)
    )


def signed_header(token: str, document: str) -> JsonDocument:
    """The protected header of a compact JWS (RFC 7515, section 3.1)."""
    return json_object(_decoded_part(token, 0, document), document, None)


def _text(document: SourceDocument) -> tuple[str, bool]:
    is_image = image_content_type(document.body) is not None or document.content_type.startswith("image/")
    if not is_image:
        return document.text(), False
    baked = bare(unbake(document.body, document.label))
    if len(baked) > DOCUMENT_BYTES:
        raise SourceRefused("source-too-large", document.label, "its badge data is larger than 1 MiB")
    return baked, True


def _claims(token: str, document: SourceDocument) -> JsonDocument:
    claims = json_object(_decoded_part(token, 1, document.label), document.label, document.url)
    # The JWT encoding of Verifiable Credentials 1.1 wraps what it signs; 2.0 and Open Badges 1 and 2 don't.
    return claims.child("vp") or claims.child("vc") or claims


def _decoded_part(token: str, part: int, document: str) -> bytes:
    encoded = token.split(".")[part]
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except binascii.Error as error:
        raise SourceRefused("not-open-badges", document, "a compact JWS was expected, its Base64 is broken") from error


def _first_accepted[Found](
    links: list[Linked],
    document: SourceDocument,
    trail: DocumentTrail,
    accept: Callable[[OpenedSource], Found],
    image: SourceDocument | None,
    refusal: SourceRefused,
) -> Found:
    """Return what `accept` makes of the best link that leads to a badge.

    Raises
    ------
    SourceRefused
        Where none does: the refusal of the best link, or where there is none, the refusal given.
    """
    refusals = []
    for linked in best_first(links):
        try:
            found = linked.embedded or trail.follow(linked.url, document.label)
            return open_source(found, trail, accept, image)
        except SourceRefused as refused:
            if refused.code not in PASSED_OVER:
                raise
            # What else a page holds, for search engines, need not be a badge.
            if linked.embedded is None or refused.code != "not-open-badges":
                refusals.append(refused)
    raise refusals[0] if refusals else refusal


def _nothing(text: str, document: SourceDocument) -> SourceRefused:
    expected = (
        'the page links no badge: a <link rel="alternate" type="application/ld+json" href="…"> was expected'
        if text.startswith("<")
        else f"an assertion or badge class as JSON, JWS, image or page was expected, found {quoted(text) or 'nothing'}"
    )
    return SourceRefused("not-open-badges", document.label, expected)
