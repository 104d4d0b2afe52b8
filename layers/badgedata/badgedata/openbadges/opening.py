"""Find the Open Badges JSON in a source, such as a baked image, a JWS, or a page that links to a badge."""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from badgedata.openbadges.baked_images import unbake
from badgedata.openbadges.image_kinds import image_content_type
from badgedata.openbadges.json_documents import JsonDocument, json_object, json_value
from badgedata.openbadges.links import Linked, best_first, links_of_page, links_of_response
from badgedata.openbadges.rejections import RejectionKind, SourceRejectedError, quoted
from badgedata.openbadges.source_documents import (
    MAX_DOCUMENT_BYTES,
    DocumentTrail,
    SourceDocument,
    bare,
    is_web_address,
)
from badgedata.text import counted

COMPACT_JWS: Final = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*", re.ASCII)
# If a link is rejected with one of these codes, the next link is tried. If a link's address is blocked, the source is
# rejected.
SKIPPED_REJECTIONS: Final = frozenset(
    {"bad-image", "circular-links", "no-badge-in-image", "not-open-badges", "source-too-large", "unreachable-source"}
)
AWARDS: Final = frozenset({"assertion", "openbadgecredential", "achievementcredential"})
BADGES: Final = frozenset({"badgeclass", "achievement"})
ENVELOPES: Final = ("data:application/vc+jwt,", "data:application/vp+jwt,", "data:application/jwt,")


@dataclass(frozen=True)
class OpenedSource:
    """The Open Badges JSON found in a source.

    Parameters
    ----------
    json
        The assertion, credential, or badge class.
    token
        The compact JWS that contained the JSON, if all of the JSON was signed.
    image
        The baked image that contained the JSON, if any.
    """

    json: JsonDocument
    token: str | None
    image: SourceDocument | None


def open_source[Result](
    document: SourceDocument,
    trail: DocumentTrail,
    accept: Callable[[OpenedSource], Result],
    image: SourceDocument | None = None,
) -> Result:
    """Find the Open Badges JSON in a document or in a linked document, and return the result of `accept`.

    Parameters
    ----------
    document
        JSON, a compact JWS, a URL, a baked image, or a page that links to or contains one of these.
    trail
        The reader for linked documents.
    accept
        A function that returns the result for the JSON, or raises `SourceRejectedError`. If a page links to several
        documents, the first document that isn't rejected is used.
    image
        The baked image that led to the document.

    Raises
    ------
    SourceRejectedError
        ``not-open-badges``, ``no-badge-in-image``, ``bad-image``, ``source-too-large``, or an error from `trail` or
        `accept`.
    """
    try:
        text, is_image = _text(document)
    except SourceRejectedError as rejected:
        if rejected.code != "no-badge-in-image" or not (links := links_of_response(document)):
            raise
        return _first_accepted(links, document, trail, accept, image, rejected)
    image = document if is_image and image is None else image
    content: JsonDocument | str = text
    while isinstance(content, str) and content.startswith(("{", "[", '"')):  # a JSON string may contain JSON
        value = unwrapped(json_value(content, document.label), document.label, document.url)
        if value is None:
            break
        content = value
    token = None
    while isinstance(content, str) and COMPACT_JWS.fullmatch(content):
        token, claims = content, _claims(content, document)
        content = unwrapped(claims.fields, claims.document, claims.url) or ""
        if is_presentation(claims):  # the holder's signature proves nothing about the credential
            token = None
    if isinstance(content, JsonDocument):
        return accept(OpenedSource(content, token, image))
    if is_web_address(content):  # as in old baked images
        return open_source(trail.follow(content, document.label), trail, accept, image)
    links = links_of_page(document, content) if content.startswith("<") else []
    return _first_accepted(
        [*links_of_response(document), *links], document, trail, accept, image, _no_badge(content, document)
    )


def signed_header(token: str, document: str) -> JsonDocument:
    """Return the protected header of a compact JWS (RFC 7515, section 3.1)."""
    return json_object(_decoded_part(token, 0, document), document, None)


def _text(document: SourceDocument) -> tuple[str, bool]:
    is_image = image_content_type(document.body) is not None or document.content_type.startswith("image/")
    if not is_image:
        return document.text(), False
    baked = bare(unbake(document.body, document.label))
    if len(baked) > MAX_DOCUMENT_BYTES:
        raise SourceRejectedError("source-too-large", document.label, "its badge data is larger than 1 MiB")
    return baked, True


def _claims(token: str, document: SourceDocument) -> JsonDocument:
    claims = json_object(_decoded_part(token, 1, document.label), document.label, document.url)
    # The JWT encoding of Verifiable Credentials 1.1 wraps its payload. Version 2.0 and Open Badges 1 and 2 don't.
    return claims.child("vp") or claims.child("vc") or claims


def _decoded_part(token: str, part: int, document: str) -> bytes:
    encoded = token.split(".")[part]
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except binascii.Error as error:
        raise SourceRejectedError(
            "not-open-badges", document, "expected a compact JWS, found invalid Base64"
        ) from error


def _first_accepted[Result](
    links: list[Linked],
    document: SourceDocument,
    trail: DocumentTrail,
    accept: Callable[[OpenedSource], Result],
    image: SourceDocument | None,
    rejection: SourceRejectedError,
) -> Result:
    """Try the links in order of preference, and return the result for the first one that leads to a badge.

    Raises
    ------
    SourceRejectedError
        If no link leads to a badge. The error is the most preferred link's error, or `rejection` if there are no links.
    """
    rejections = []
    for linked in best_first(links):
        try:
            source = linked.embedded or trail.follow(linked.url, document.label)
            return open_source(source, trail, accept, image)
        except SourceRejectedError as rejected:
            if rejected.code not in SKIPPED_REJECTIONS:
                raise
            # A page may contain other JSON-LD intended for search engines.
            if linked.embedded is None or rejected.code != "not-open-badges":
                rejections.append(rejected)
    raise rejections[0] if rejections else rejection


def _no_badge(text: str, document: SourceDocument) -> SourceRejectedError:
    expected = (
        'the page has no link to a badge: expected a <link rel="alternate" type="application/ld+json" href="…">'
        if text.startswith("<")
        else f"expected an assertion or badge class as JSON, JWS, image, or page, found {quoted(text) or 'nothing'}"
    )
    kind: RejectionKind = "no-link-in-page" if text.startswith("<") else "not-json"
    if text.startswith(("{", "[", '"')):
        kind = "not-a-badge"
    return SourceRejectedError("not-open-badges", document.label, expected, kind)


def unwrapped(value: object, document: str, url: str | None) -> JsonDocument | str | None:
    """Return the badge in a JSON value, without any enclosing lists, graphs, presentations, or envelopes.

    Parameters
    ----------
    value
        Any JSON value.
    document, url
        The document's name, as used in error messages, and its URL.

    Returns
    -------
    JsonDocument | str | None
        The badge's JSON object, or a string that may be a JWS or a URL. None for any other value.

    Raises
    ------
    SourceRejectedError
        ``not-open-badges`` if a non-empty list or graph doesn't contain exactly one badge, or if a presentation doesn't
        contain exactly one credential.

    Notes
    -----
    JSON-LD 1.1, section 4.9 (graphs); Verifiable Credentials 2.0, sections 4.12 and 4.13 (enveloped credentials,
    presentations).

    Examples
    --------
    >>> unwrapped([{"@graph": [{"type": "BadgeClass"}]}], "the JSON you sent", None).fields
    {'type': 'BadgeClass'}
    """
    while True:
        while isinstance(value, list):
            value = _only_badge(value, "list", document) if value else None
        if isinstance(value, str):
            return bare(value)
        if not isinstance(value, dict):
            return None
        candidate = JsonDocument(value, document, url)
        if nodes := candidate.values("@graph"):
            value = _only_badge(nodes, "@graph", document, value.get("@context"))
        elif is_presentation(candidate):
            value = _only_credential(candidate)
        elif candidate.identifier().startswith(ENVELOPES) and "credentialSubject" not in value:
            return candidate.identifier().partition(",")[2].strip()
        else:
            return candidate


def is_presentation(candidate: JsonDocument) -> bool:
    """Return whether an object is a presentation of credentials rather than a credential."""
    is_one = "verifiablepresentation" in candidate.types() or "verifiableCredential" in candidate.fields
    return is_one and "credentialSubject" not in candidate.fields


def _only_credential(presentation: JsonDocument) -> object:
    credentials = presentation.values("verifiableCredential")
    if len(credentials) != 1:
        raise SourceRejectedError(
            "not-open-badges",
            presentation.document,
            f"expected a presentation with one credential, found {len(credentials) or 'none'}. Send the credential "
            "itself",
            "several-badges" if credentials else "not-a-badge",
        )
    return credentials[0]


def _only_badge(nodes: list[object], where: str, document: str, context: object = None) -> object:
    """Return the only badge in a list or graph.

    If the badge is an award, its link to a badge class in the same list or graph is replaced with that badge class.
    """
    if len(nodes) == 1 and not isinstance(nodes[0], dict):
        return nodes[0]
    objects = [JsonDocument(node, document) for node in nodes if isinstance(node, dict)]
    awards = [one for one in objects if one.types() & AWARDS]
    badges = objects if len(nodes) == 1 else awards or [one for one in objects if one.types() & BADGES]
    if len(badges) != 1:
        raise SourceRejectedError(
            "not-open-badges",
            document,
            f"expected a {where} with one badge, found {len(badges) or 'none'} among {counted(len(nodes), 'item')}. "
            "Send exactly one assertion, credential, or badge class",
            "several-badges" if badges else "not-a-badge",
        )
    known = {one.identifier(): one.fields for one in objects if one.identifier() and one is not badges[0]}
    fields = _embedding(badges[0], known)
    return fields if context is None or fields.get("@context") else fields | {"@context": context}


def _embedding(award: JsonDocument, known: dict[str, dict[str, object]]) -> dict[str, object]:
    """Return an award's fields. If the award links to a badge class in `known`, embed that badge class."""
    fields = dict(award.fields)
    if linked := known.get(award.name_of("badge")):
        fields["badge"] = linked
    subject = award.child("credentialSubject")
    if subject is not None and (linked := known.get(subject.name_of("achievement"))):
        fields["credentialSubject"] = subject.fields | {"achievement": linked}
    return fields
