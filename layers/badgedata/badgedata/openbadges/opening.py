"""From what arrived to the Open Badges JSON in it: out of an image, a signature, a page, or straight."""

import base64
import binascii
import html
import re
from dataclasses import dataclass
from typing import Final

from badgedata.openbadges.baked_images import image_content_type, unbake
from badgedata.openbadges.json_documents import JsonDocument, json_object, json_value
from badgedata.openbadges.refusals import SourceRefused, quoted
from badgedata.openbadges.source_documents import (
    DOCUMENT_BYTES,
    DocumentTrail,
    SourceDocument,
    absolute,
    is_web_address,
)

COMPACT_JWS: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
LINK_TAG: Final = re.compile(r"<link\s([^<>]*)>", re.IGNORECASE)
# Begins at a name's first letter only, and gives nothing of it back: a tag of letters alone is gone through once.
ATTRIBUTE: Final = re.compile(r"""(?<![a-z-])([a-z-]++)\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
LINKED_TYPES: Final = ("application/ld+json", "application/json", "application/vc+ld+json", "application/vc")


@dataclass(frozen=True)
class OpenedSource:
    """The Open Badges JSON of a source.

    Parameters
    ----------
    json
        The assertion, credential or badge class.
    token
        The compact JWS that it came in, when it was signed as a whole.
    picture
        The baked image that it came in, when it did.
    """

    json: JsonDocument
    token: str | None
    picture: SourceDocument | None


def open_source(document: SourceDocument, trail: DocumentTrail) -> OpenedSource:
    """Take the JSON out of a document, following what merely points to it.

    Raises
    ------
    SourceRefused
        ``not-open-badges``, ``no-badge-in-image``, ``bad-image``, ``source-too-large``, or what the trail raises.
    """
    picture = None
    while True:
        text, is_image = _text(document)
        picture = document if is_image and picture is None else picture
        if text.startswith('"'):  # a JWS or an address, sent as a JSON string
            value = json_value(text, document.label)
            text = value.strip() if isinstance(value, str) else text
        if text.startswith("{"):
            return OpenedSource(json_object(text, document.label, document.url), None, picture)
        if COMPACT_JWS.fullmatch(text):
            return OpenedSource(_signed_object(text, document), text, picture)
        document = trail.follow(_address(text, document), document.label)


def signed_header(token: str, document: str) -> JsonDocument:
    """The protected header of a compact JWS (RFC 7515, section 3.1)."""
    return json_object(_decoded_part(token, 0, document), document, None)


def _text(document: SourceDocument) -> tuple[str, bool]:
    is_image = image_content_type(document.body) is not None or document.content_type.startswith("image/")
    if is_image:
        baked = unbake(document.body, document.label).strip()
        if len(baked) > DOCUMENT_BYTES:
            raise SourceRefused("source-too-large", document.label, "its badge data is larger than 1 MiB")
        return baked, True
    if len(document.body) > DOCUMENT_BYTES:
        raise SourceRefused(
            "source-too-large", document.label, f"at most 1 MiB was expected, found {len(document.body)} bytes"
        )
    return document.body.decode("utf-8-sig", "replace").strip(), False


def _signed_object(token: str, document: SourceDocument) -> JsonDocument:
    claims = json_object(_decoded_part(token, 1, document.label), document.label, document.url)
    # The JWT encoding of Verifiable Credentials 1.1 wraps the credential; 2.0 and Open Badges 1 and 2 don't.
    return claims.child("vc") or claims


def _decoded_part(token: str, part: int, document: str) -> bytes:
    encoded = token.split(".")[part]
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except binascii.Error as error:
        raise SourceRefused("not-open-badges", document, "a compact JWS was expected, its Base64 is broken") from error


def _address(text: str, document: SourceDocument) -> str:
    """The address that a text is (legacy baked images), or that a page links its JSON by."""
    if is_web_address(text):
        return text
    if not text.startswith("<"):
        raise SourceRefused(
            "not-open-badges",
            document.label,
            f"an assertion or badge class as JSON, JWS, image or page was expected, found {quoted(text) or 'nothing'}",
        )
    for tag in LINK_TAG.findall(COMMENT.sub("", text)):
        values = {name.lower(): html.unescape("".join(value)).strip() for name, *value in ATTRIBUTE.findall(tag)}
        linked_type = values.get("type", "").split(";")[0].strip().lower()
        if "alternate" in values.get("rel", "").lower().split() and linked_type in LINKED_TYPES and values.get("href"):
            return absolute(document.url, values["href"])
    raise SourceRefused(
        "not-open-badges",
        document.label,
        'the page links no badge: a <link rel="alternate" type="application/ld+json" href="…"> was expected',
    )
