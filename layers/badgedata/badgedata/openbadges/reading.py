"""Read an Open Badges source of any version from 0.5 to 3.0, and check its signature.

A source with an invalid signature is rejected. A signature that can't be checked results in a notice.
"""

import base64
import binascii
import warnings
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

import msgspec
from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning

from badgedata.openbadges.badge_classes import BadgeClassProposal, CleanImage, Criteria, DescribedBadge
from badgedata.openbadges.images import clean_image
from badgedata.openbadges.json_documents import JsonDocument, json_document
from badgedata.openbadges.notices import Notice
from badgedata.openbadges.opening import OpenedSource, open_source, signed_header
from badgedata.openbadges.rejections import SourceRejectedError, quoted
from badgedata.openbadges.signing_keys import KEY_TYPES, KeyNotUsableError, VerificationKey, find_key
from badgedata.openbadges.source_documents import (
    MAX_DOCUMENT_BYTES,
    DocumentTrail,
    Fetch,
    SourceDocument,
    is_web_address,
)
from badgedata.openbadges.versions import describe

# A linked image that is rejected with one of these codes is treated as missing. The badge class then keeps its image.
UNLOADABLE: Final = frozenset({"bad-image", "too-many-documents", "unreachable-source"})
# A badge class is stored as one item, which can be at most 400 KB.
MAX_TEXT_BYTES: Final = 200 * 1024
# With "none", anyone can sign. With HMAC, anyone who can verify a signature can create one.
NEVER_ACCEPTED: Final = ("none", "HS256", "HS384", "HS512")
MAX_HEADER_BYTES: Final = 16 * 1024
MAX_SIGNATURE_BYTES: Final = 4 * 1024


def read_source(document: SourceDocument, fetch: Fetch) -> BadgeClassProposal:
    """Return the badge class that a source contains or links to.

    The source contains an assertion, a credential, or a badge class. It can be JSON, a JWS, a baked image, or a web
    page.

    Parameters
    ----------
    document
        The source's first document: the content that was sent, or the response from its URL.
    fetch
        A function that returns the document at another URL, or raises `SourceRejectedError`.

    Returns
    -------
    BadgeClassProposal
        The badge class, including a cleaned image and notices about content that couldn't be checked or kept.

    Raises
    ------
    SourceRejectedError
        If the source is rejected. The message names the document at fault and states what was expected and what was
        found.

    Notes
    -----
    A source can include at most 5 documents: the first document and 4 others.

    Examples
    --------
    >>> from badgedata.openbadges.source_documents import SourceDocument
    >>> json = b'{"type": "BadgeClass", "name": "Robotics", "criteria": {"narrative": "Build a robot"}}'
    >>> proposal = read_source(SourceDocument(None, "application/json", json), fetch=lambda url: None)
    >>> proposal.name, proposal.criteria.narrative, proposal.open_badges_version
    ('Robotics', 'Build a robot', '2.0')
    """
    trail = DocumentTrail(document, fetch)
    opened, badge = open_source(document, trail, lambda opened: (opened, describe(opened, trail)))
    image_notices: list[Notice] = []
    # The image is fetched before the signature is checked, so that keys and profiles don't use up the limit of five
    # documents.
    image = _image(badge, opened, trail, image_notices)
    notices = list(badge.notices)
    if opened.token is not None:
        notices += _check_signature(opened.token, opened.json, badge.issuer_id, trail.look_up)
    notices += image_notices
    if not badge.description:
        notices.append(Notice("no-description"))
    if badge.criteria == Criteria():
        notices.append(Notice("criteria-not-kept" if badge.has_criteria else "no-criteria"))
    criteria = _linked_criteria(badge, trail)
    return _with_checked_size(
        BadgeClassProposal(
            name=badge.name,
            description=badge.description,
            criteria=criteria,
            alignment=badge.alignment,
            tags=badge.tags,
            image=image,
            open_badges_version=badge.open_badges_version,
            assertion_id=badge.assertion_id,
            notices=tuple(notices),
            host=_host(badge, opened),
            issuer_name=badge.issuer_name or (_linked_name(badge, trail) if opened.json.url else ""),
        ),
        badge,
    )


def _image(
    badge: DescribedBadge, opened: OpenedSource, trail: DocumentTrail, notices: list[Notice]
) -> CleanImage | None:
    """Return the badge class's image and append notices about the image to `notices`.

    If the badge class has no usable image, use the baked image that contained the badge, if any.
    """
    image = _best_image(badge, opened.image, trail, notices)
    if image is None:
        notices += [] if notices else [Notice("no-image")]
    else:
        notices += image.notices
    return image


def _best_image(
    badge: DescribedBadge, baked: SourceDocument | None, trail: DocumentTrail, notices: list[Notice]
) -> CleanImage | None:
    if badge.image is None:
        return None if baked is None else clean_image(baked.body, baked.label)
    try:
        return _referenced_image(badge.image, badge.document, trail)
    except SourceRejectedError as rejected:
        # A source that links to a local file is hostile, so its other images are not used either.
        if badge.image.lower().startswith("file:"):
            raise
        if baked is None:
            notices.append(_unloaded(badge.image, rejected))
            return None
        try:
            image = clean_image(baked.body, baked.label)
        except SourceRejectedError:
            raise rejected from None
        notices.append(Notice("image-unavailable", (str(rejected),)))
        return image


def _unloaded(reference: str, rejected: SourceRejectedError) -> Notice:
    """Return a notice about a linked image that can't be loaded.

    Raise `rejected` if the image is embedded in the source, or if the error's code isn't in `UNLOADABLE`.
    """
    if reference.lower().startswith("data:") or rejected.code not in UNLOADABLE:
        raise rejected
    return Notice("image-not-loaded", (str(rejected),))


def _referenced_image(reference: str, document: str, trail: DocumentTrail) -> CleanImage:
    if not reference.lower().startswith("data:"):
        found = trail.look_up(reference, document)
        return clean_image(found.body, found.label)
    kind, comma, data = reference.partition(",")
    try:
        octets = unquote_to_bytes(data)
        content = base64.b64decode(octets) if kind.lower().endswith(";base64") else octets
    except (binascii.Error, ValueError) as error:
        raise SourceRejectedError("bad-image", document, "the Base64 encoding of its image is invalid") from error
    return clean_image(content if comma else b"", f"the image within {document}")


def _linked_criteria(badge: DescribedBadge, trail: DocumentTrail) -> Criteria:
    """Return a badge class's criteria, with the narrative from a linked Criteria document (Open Badges 2.0).

    If the link is broken or leads to a web page, the criteria are returned unchanged. Links to web pages are common.
    """
    criteria = badge.criteria
    if criteria.narrative or not criteria.id or badge.open_badges_version not in ("2.0", "2.1"):
        return criteria
    try:
        found = trail.look_up(criteria.id, badge.document)
        return replace(criteria, narrative=json_document(found).text("narrative"))
    except SourceRejectedError:
        return criteria


def _host(badge: DescribedBadge, opened: OpenedSource) -> str:
    addresses = (opened.json.url, badge.assertion_id, badge.badge_id, badge.issuer_id)
    return next((urlsplit(url).hostname or "" for url in addresses if url and is_web_address(url)), "")


def _linked_name(badge: DescribedBadge, trail: DocumentTrail) -> str:
    """Return the issuer's name from the linked profile, or "" if the profile can't be read."""
    if not badge.issuer_id or not is_web_address(badge.issuer_id):
        return ""
    try:
        return json_document(trail.look_up(badge.issuer_id, badge.document)).label("name")
    except SourceRejectedError:
        return ""


def _with_checked_size(proposal: BadgeClassProposal, badge: DescribedBadge) -> BadgeClassProposal:
    texts = asdict(replace(proposal, image=None, notices=()))
    del texts["notices"]
    texts["warnings"] = proposal.warnings  # notices are stored as text
    if (size := len(msgspec.json.encode(texts))) > MAX_TEXT_BYTES:
        raise SourceRejectedError(
            "source-too-large",
            badge.document,
            f"a badge can have at most {MAX_TEXT_BYTES} bytes of text; this badge has {size}",
        )
    return proposal


class _Registry(jws.JWSRegistry):
    """A JWS registry with size limits that leave room for embedded images and keys."""

    max_header_length = MAX_HEADER_BYTES
    max_payload_length = MAX_DOCUMENT_BYTES
    max_signature_length = MAX_SIGNATURE_BYTES


def _check_signature(
    token: str, signed: JsonDocument, issuer_id: str | None, look_up: Callable[[str, str], SourceDocument]
) -> tuple[Notice, ...]:
    """Check the signature of a compact JWS against the issuer's key.

    Parameters
    ----------
    token
        The compact JWS.
    signed
        The signed content: an assertion (Open Badges 1.x and 2.x) or a credential (Open Badges 3.0).
    issuer_id
        The issuer, as named in the badge class or credential.
    look_up
        A function that returns a linked document, such as a key. Its arguments are the document's URL and the name of
        the document that contains the link.

    Returns
    -------
    tuple[Notice, ...]
        Notices that explain why the signature couldn't be checked, or what a valid signature doesn't prove.

    Raises
    ------
    SourceRejectedError
        ``bad-signature`` if the signature is invalid, the key isn't the issuer's, or the algorithm proves nothing
        (`NEVER_ACCEPTED`).

    Notes
    -----
    Only RS256, ES256, and EdDSA (Ed25519) are supported.

    Specifications: Open Badges 2.0, "Verification Object" and "CryptographicKey"; Open Badges 3.0, section 8.2 (JSON
    Web Token Proof Format); RFC 7515, section 5.2.
    """
    header = signed_header(token, signed.document)
    algorithm = header.text("alg") or "none"
    if algorithm in NEVER_ACCEPTED or algorithm.lower() == "none":
        raise SourceRejectedError(
            "bad-signature", signed.document, f"expected an RS256, ES256, or EdDSA signature, found {algorithm}"
        )
    if algorithm not in KEY_TYPES:
        return (Notice("signature-by-other-algorithm", (quoted(algorithm),)),)
    try:
        key = find_key(header, signed, issuer_id, look_up)
        is_signed = _is_signed_by(token, algorithm, key)
    except KeyNotUsableError as reason:
        return (Notice("signature-unchecked", (str(reason),)),)
    if not is_signed:
        raise SourceRejectedError(
            "bad-signature", signed.document, f"its signature does not match the key {quoted(key.name)}"
        )
    return key.doubts


def _is_signed_by(token: str, algorithm: str, key: VerificationKey) -> bool:
    # Unknown names in a header are harmless. The library still rejects any that are listed in "crit".
    registry = _Registry(algorithms=[algorithm], strict_check_header=False)
    try:
        with warnings.catch_warnings():
            # The EdDSA algorithm is now named Ed25519, but badges signed under the old name are still valid.
            warnings.simplefilter("ignore", SecurityWarning)
            jws.deserialize_compact(token, key.public_key(algorithm), registry=registry)
    except (JoseError, TypeError, ValueError):  # the library assumes that "crit" is a list of strings
        return False
    return True
